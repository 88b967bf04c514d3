-- Documents that people put beside their conversations, cut into pieces that search and questions find. The tables are
-- named library_…, because documents are the project files and memories that imports bring (room Conversations).
-- Times are Unix microseconds.

CREATE TABLE library_documents (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    space_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,              -- case-folded: the same name in the same space is the same document
    url TEXT,                            -- where it is fetched from; NULL for what was handed over
    status INTEGER NOT NULL,             -- of the newest version: 0 queued, 1 running, 2 ready, 3 failed
    latest_id INTEGER NOT NULL,          -- the newest version
    current_id INTEGER,                  -- the version whose chunks are there; NULL: none is ready yet
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX library_documents_by_owner ON library_documents (owner_id, id DESC);
CREATE INDEX library_documents_by_space ON library_documents (owner_id, space_id, id DESC);
CREATE INDEX library_documents_by_name ON library_documents (owner_id, space_id, name_key);

-- The last ten of each document. The original is a file (room Files), the text lies beside the store like one.
CREATE TABLE library_versions (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL,
    number INTEGER NOT NULL,             -- from 1
    batch_id INTEGER NOT NULL,           -- subject of the job that reads it
    status INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, -- runs that began and did not come to an end
    reason TEXT,                         -- why it failed
    file_id INTEGER,                     -- NULL: an address that was not fetched yet
    kind TEXT,                           -- markdown, pdf, docx, …; NULL until it was looked at
    text_blob BLOB,                      -- SHA-256 of the text
    text_size INTEGER NOT NULL DEFAULT 0,
    words INTEGER NOT NULL DEFAULT 0,
    pages INTEGER,                       -- NULL where it has none
    chunks INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX library_versions_of_document ON library_versions (document_id, number DESC);
CREATE INDEX library_versions_of_batch ON library_versions (batch_id, status, id);
CREATE INDEX library_versions_by_file ON library_versions (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX library_versions_by_text ON library_versions (text_blob) WHERE text_blob IS NOT NULL;

-- The pieces of the current version, in reading order. Ids share their numbers with messages: one index holds both.
CREATE TABLE library_chunks (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    hash INTEGER NOT NULL,               -- of its text: what is unchanged keeps its id
    kind INTEGER NOT NULL,               -- 0 prose, 1 table, 2 code
    start INTEGER NOT NULL,              -- bytes into the version's text
    length INTEGER NOT NULL,             -- bytes
    page INTEGER,
    heading TEXT,                        -- headings above it, outermost first, a line each
    words INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX library_chunks_of_document ON library_chunks (document_id, ord);
