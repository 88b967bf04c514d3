-- Servers of tools that admins set up.
CREATE TABLE tool_servers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE, -- stands before the names of its tools
    kind INTEGER NOT NULL,               -- 1 OpenAPI, 2 MCP
    url TEXT NOT NULL,                   -- of the OpenAPI document, or of the MCP endpoint
    base_url TEXT,                       -- OpenAPI: where calls go, where the document does not say or names another host
    secrets BLOB,                        -- key and headers as JSON, sealed for the host that calls go to
    key_hint TEXT,                       -- the key's last four characters
    trusts_hints INTEGER NOT NULL DEFAULT 0, -- 1: its word that a tool only reads is believed
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,         -- Unix microseconds, as every time here
    changed_at INTEGER NOT NULL
);

-- Who may use a tool server; without a row for it, everybody.
CREATE TABLE tool_server_users (
    server_id INTEGER NOT NULL REFERENCES tool_servers (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (server_id, user_id)
) WITHOUT ROWID;

-- A person's yes to a tool as it was then: one that has changed asks again (S42).
CREATE TABLE tool_consents (
    user_id INTEGER NOT NULL,
    tool TEXT NOT NULL,
    conversation_id INTEGER NOT NULL,    -- 0: everywhere, for tools that only read
    fingerprint BLOB NOT NULL,           -- SHA-256 of its server, name, description and schema
    given_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, tool, conversation_id)
) WITHOUT ROWID;
