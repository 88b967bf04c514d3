-- An import is a durable job: the row is its state, its cursor and its report, moved in the transaction that moves
-- the conversations, so after a crash it goes on from its last batch.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    status TEXT NOT NULL,                -- queued, running, done, failed, cancelled, undoing, undone
    name TEXT NOT NULL,                  -- as the person named it
    path TEXT NOT NULL,                  -- the spooled upload, or the file handed over on this machine
    spooled INTEGER NOT NULL,            -- 1: ours to delete when done
    size INTEGER NOT NULL,
    space_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    cursor INTEGER NOT NULL DEFAULT 0,   -- conversations of the source that are settled
    report TEXT,                         -- JSON, see ImportReport
    error TEXT
);
CREATE INDEX imports_by_owner ON imports (owner_id, id DESC);

-- What an import found already there. messages: the ids seen again, so that undoing the import that brought them
-- leaves what this one holds too.
CREATE TABLE import_sightings (
    import_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    messages BLOB NOT NULL,              -- ascending ids, each as a LEB128 difference to the one before
    PRIMARY KEY (import_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX sightings_of_conversation ON import_sightings (conversation_id);

-- What an import changed in rows that were there: the row as it was (JSON) and the hash it then had, for undo.
CREATE TABLE import_changes (
    import_id INTEGER NOT NULL,
    row_kind INTEGER NOT NULL,           -- 1 conversation, 2 message, 3 document
    row_id INTEGER NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (import_id, row_kind, row_id)
) WITHOUT ROWID;
