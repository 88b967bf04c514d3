-- Model servers that admins set up. Ids below 0 are those of the settings and have no row.
CREATE TABLE upstreams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    kind INTEGER NOT NULL,               -- 1 Ollama, 2 OpenAI, 3 Anthropic, 4 Gemini
    base_url TEXT NOT NULL,
    secrets BLOB,                        -- key and headers as JSON, sealed with a key outside the store for this host, see SealedSecrets.cs
    key_hint TEXT,                       -- the key's last four characters
    prefix TEXT NOT NULL DEFAULT '',     -- before the names of its models
    models TEXT NOT NULL DEFAULT '',     -- those that are offered, a name or pattern with * a line; empty: all
    fallback TEXT,                       -- the model asked instead where this upstream cannot be reached
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,         -- Unix microseconds, as every time here
    changed_at INTEGER NOT NULL
);

-- Who may use an upstream; without a row for it, everybody. No reference to users: the owner of a machine without accounts has no row there.
CREATE TABLE upstream_users (
    upstream_id INTEGER NOT NULL REFERENCES upstreams (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (upstream_id, user_id)
) WITHOUT ROWID;
