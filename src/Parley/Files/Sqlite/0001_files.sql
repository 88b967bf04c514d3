-- Files that people keep here, apart from the attachments of messages. The bytes lie beside the store by their SHA-256.
-- Times are Unix microseconds; the id carries the time, so key order is the order of lists.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    blob BLOB NOT NULL,                  -- SHA-256 of the bytes
    name TEXT NOT NULL,                  -- the person's, only data
    media_type TEXT,                     -- by content; NULL: unknown
    size INTEGER NOT NULL,
    kept INTEGER NOT NULL,               -- 1: in the person's list; 0: there only for what uses it
    uses INTEGER NOT NULL DEFAULT 0,     -- how many things of rooms above need it
    created_at INTEGER NOT NULL
);
CREATE INDEX files_by_owner ON files (owner_id, id DESC) WHERE kept = 1;
CREATE INDEX files_of_owner ON files (owner_id, blob, size);
CREATE INDEX files_by_blob ON files (blob);
