-- Passkeys (WebAuthn): what an authenticator of the user's showed when it was joined. The private key never leaves it.
CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id BLOB NOT NULL UNIQUE,  -- the authenticator's name for it
    rp_id TEXT NOT NULL,                 -- the host name it was made for, the only one where it works
    public_key BLOB NOT NULL,            -- COSE_Key (RFC 9052), as it came
    sign_count INTEGER NOT NULL,         -- the last one seen; 0: it does not count
    synced INTEGER NOT NULL,             -- it may be on several devices
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, id);

-- Challenges that were answered, by their SHA-256, until they would have ended: each is good once.
CREATE TABLE passkey_challenges (
    hash BLOB PRIMARY KEY,
    ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (ends_at);
