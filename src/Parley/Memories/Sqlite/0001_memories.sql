-- Facts of a person that answers may be told: written by themselves, or proposed and not yet agreed to. What is forgotten
-- is deleted.
CREATE TABLE memories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    kept INTEGER NOT NULL,              -- 0: proposed, told to no model
    space_id INTEGER REFERENCES spaces (id) ON DELETE CASCADE,  -- told in conversations of this space only; NULL: in all
    message_id INTEGER,                 -- where it was said; the message may be gone
    confidence REAL NOT NULL,           -- 0 to 1
    valid_from INTEGER,                 -- Unix microseconds, as all times; told from then on
    valid_until INTEGER,                -- and before then
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX memories_of_owner ON memories (owner_id, id);
CREATE INDEX memories_of_space ON memories (space_id) WHERE space_id IS NOT NULL;
