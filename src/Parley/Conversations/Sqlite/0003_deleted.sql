-- What a person deleted for good, by the keys under which an import would bring it again: imports leave it out. Keys
-- only, no content. source_key is empty for a whole conversation. What was made here goes by the ids it had.
CREATE TABLE deleted_items (
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    source_id TEXT NOT NULL,
    source_key BLOB NOT NULL,
    deleted_at INTEGER NOT NULL,
    restored_by INTEGER,                 -- the import that was told to bring it back; undoing that one forgets it again
    PRIMARY KEY (owner_id, provider, account, source_id, source_key)
) WITHOUT ROWID;
CREATE INDEX deleted_items_by_restorer ON deleted_items (restored_by) WHERE restored_by IS NOT NULL;

-- A person gave an imported message other words in place: it is theirs now, no import changes or removes it.
ALTER TABLE messages ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
