-- Requirements documents, cut into typed statements with stable ids. Times are Unix microseconds.
CREATE TABLE prd_documents (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    space_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,              -- case-folded: names are the space's own
    version INTEGER NOT NULL,            -- number of the newest version
    revision INTEGER NOT NULL,           -- rises with every change of the document, its name's too; the ETag
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX prd_documents_by_owner ON prd_documents (owner_id, id DESC);
CREATE UNIQUE INDEX prd_documents_by_name ON prd_documents (owner_id, space_id, name_key);

-- The last twenty of each document.
CREATE TABLE prd_versions (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL,
    number INTEGER NOT NULL,             -- from 1
    kind TEXT NOT NULL,                  -- markdown, text, html, pdf, docx, odt
    size INTEGER NOT NULL,               -- bytes of the text
    statements INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    places BLOB NOT NULL,                -- of each statement in reading order its id (8 bytes), start and length (4 each, UTF-16 units), little-endian
    text TEXT NOT NULL                   -- last, because it is long
);
CREATE UNIQUE INDEX prd_versions_of_document ON prd_versions (document_id, number, size);

-- The statements of the newest version, in reading order.
CREATE TABLE prd_statements (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    parent_id INTEGER,                   -- the heading, item or introducing sentence it stands under
    form INTEGER NOT NULL,               -- 0 heading, 1 sentence, 2 item, 3 row, 4 code
    level INTEGER NOT NULL,
    start INTEGER NOT NULL,              -- bytes into the text
    length INTEGER NOT NULL,             -- bytes
    char_start INTEGER NOT NULL,         -- the same in UTF-16 units
    char_length INTEGER NOT NULL,
    name TEXT,                           -- the id its author gave it: REQ-12
    type INTEGER NOT NULL,               -- what the rules say; numbers as in StatementKinds.cs
    confidence REAL NOT NULL,
    reason TEXT NOT NULL,
    priority INTEGER NOT NULL,
    status INTEGER NOT NULL,
    chosen_type INTEGER,                 -- what a person says, which wins and stays; NULL: nothing
    chosen_priority INTEGER,
    chosen_status INTEGER,
    revision INTEGER NOT NULL DEFAULT 1, -- rises with every change; the ETag
    updated_at INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX prd_statements_of_document ON prd_statements (document_id, ord);
