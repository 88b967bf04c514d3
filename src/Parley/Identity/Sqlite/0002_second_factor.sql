-- A second factor: the secret of an authenticator app (RFC 6238), and the codes for the day the phone is gone.
CREATE TABLE one_time_secrets (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,                -- sealed with a key outside the store, see SecondFactor.cs
    last_step INTEGER NOT NULL DEFAULT 0 -- steps up to this one are used: a code is good once
);
CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,                  -- SHA-256; a used one goes
    PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;

ALTER TABLE users ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0; -- codes are asked for: one was shown
