-- What a directory (SCIM) says of an account beyond what Parley uses, and by which names it knows it.
CREATE TABLE directory_users (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    user_name TEXT NOT NULL UNIQUE,      -- lower-cased
    external_id TEXT,                    -- opaque, never looked up as an id of ours (S22)
    attributes TEXT NOT NULL,            -- JSON object, as it was sent
    deleted INTEGER NOT NULL DEFAULT 0,  -- gone for the directory; the account is disabled, since it owns something
    updated_at INTEGER NOT NULL
);
CREATE INDEX directory_users_by_external_id ON directory_users (external_id) WHERE external_id IS NOT NULL;
