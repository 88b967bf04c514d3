-- Full text: an inverted index of our own (Search/Segments, docs/decisions/0006). One document a message, one a
-- conversation's title, one a project document; each owner has segments of their own, so that nobody's words weigh,
-- complete or correct another's.
--
-- A segment never changes. Each write adds a small one, in the transaction that writes the messages; the merger joins
-- them in the background. Ids ascend and are never given twice.
CREATE TABLE search_segments (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    state INTEGER NOT NULL,              -- 0 being written by the merger, 1 searched, 2 replaced: its pages are to go
    documents INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,  -- how many of its documents are in search_deleted
    header BLOB NOT NULL,                -- Search/Segments/SegmentHeader.cs
    data BLOB,                           -- the whole segment where it is small; NULL: see search_pages
    checksum INTEGER NOT NULL            -- CRC-32C of header and data
);
CREATE INDEX search_segments_by_owner ON search_segments (state, owner_id);

-- The streams of larger segments in pages of 32 KB. id: segment << 24 | stream << 20 | page.
CREATE TABLE search_pages (
    id INTEGER PRIMARY KEY,
    checksum INTEGER NOT NULL,           -- CRC-32C of the data
    data BLOB NOT NULL
);

-- Documents of a segment that are gone or replaced, one bit each, least significant first; 4,096 documents a row.
CREATE TABLE search_deleted (
    segment_id INTEGER NOT NULL,
    page INTEGER NOT NULL,
    bits BLOB NOT NULL,
    PRIMARY KEY (segment_id, page)
) WITHOUT ROWID;

-- One row. generation is raised by each change of the three tables above. A program with another
-- TextTokenizer.Version or SegmentLayout.Version builds the index anew: rebuild_stage and rebuild_after say how far that has come (NULL: none is
-- running), and segments below rebuild_before are the old ones.
CREATE TABLE search_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    tokenizer_version INTEGER NOT NULL,
    layout_version INTEGER NOT NULL,
    rebuild_stage INTEGER,               -- 0 messages, 1 titles, 2 documents, 3 removing the old
    rebuild_after INTEGER,               -- the last id of the stage that is in
    rebuild_before INTEGER
);
INSERT INTO search_state (id, generation, tokenizer_version, layout_version) VALUES (1, 1, 1, 2);
