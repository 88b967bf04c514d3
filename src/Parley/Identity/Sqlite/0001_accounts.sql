-- Who may sign in. The first admin has id 1: what was kept before there were accounts belongs to owner 1.
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,          -- in its one form, see EmailAddress.cs
    name TEXT NOT NULL,
    role INTEGER NOT NULL,               -- 0 pending, 1 user, 2 admin
    disabled INTEGER NOT NULL DEFAULT 0,
    password TEXT,                       -- PHC string, or the bcrypt hash it came with; null: signs in another way
    created_at INTEGER NOT NULL,         -- Unix microseconds, as every time here
    seen_at INTEGER                      -- last sign-in
);
CREATE INDEX users_admins ON users (id) WHERE role = 2 AND disabled = 0;

-- One sign-in, from its beginning until it is signed out, unused for 30 days, or 90 days old.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,            -- last refresh
    expires_at INTEGER NOT NULL,         -- slides with each refresh, never past ends_at
    ends_at INTEGER NOT NULL,
    address TEXT,
    agent TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Refresh tokens by their SHA-256. A used one stays as long as its session: it tells a stolen token.
CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Keys for programs, by their SHA-256; the key itself is shown once and never kept.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,                  -- its last four characters, to tell keys apart
    scopes TEXT NOT NULL,                -- separated by spaces, see KeyScopes.cs
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER
);
CREATE INDEX api_keys_by_user ON api_keys (user_id, id);

-- Failed sign-ins that still count (S7); they outlive a restart.
CREATE TABLE sign_in_failures (
    kind INTEGER NOT NULL,               -- 1 account and address, 2 address, 3 all
    subject BLOB NOT NULL,               -- SHA-256 of what is counted
    failures INTEGER NOT NULL,
    since INTEGER NOT NULL,              -- when the window began
    last INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last);

-- Who did what, when, from where, and whether it went through (S46). Rows are added and, after 400 days, forgotten.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,              -- in order of time
    at INTEGER NOT NULL,
    actor_id INTEGER,                    -- null: nobody was signed in
    via TEXT NOT NULL,                   -- session, key, local, none
    address TEXT,
    action TEXT NOT NULL,
    subject TEXT,                        -- the id of what it was done to
    ok INTEGER NOT NULL,
    detail TEXT
);
CREATE INDEX audit_by_actor ON audit (actor_id, id);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX audit_by_subject ON audit (subject, id) WHERE subject IS NOT NULL;
