-- Accounts that came from an Open WebUI, by its id for them: tokens of its form name nobody else.
CREATE TABLE open_webui_users (
    foreign_id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    valid_from INTEGER                   -- tokens made before are no longer good; null: all are
) WITHOUT ROWID;

-- Tokens that Open WebUI made and somebody signed out of here, by their SHA-256, until they would have ended.
CREATE TABLE ended_tokens (
    hash BLOB PRIMARY KEY,
    ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ended_tokens_by_end ON ended_tokens (ends_at);
