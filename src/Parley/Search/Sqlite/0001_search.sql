-- Full text. One document a message, one a conversation's title, one a project document; the rowid is the item's id,
-- which carries its time, so that a walk of the rowid is a walk of time (Kernel/Ids.cs).
--
-- The texts stay where they are (contentless), a document goes by its rowid (contentless_delete), and where each word
-- stands is kept (detail=full, the default) for phrases and ranking. The tokenizer is ours (Search/Text) and must be
-- registered on every connection. meta holds words that no text can produce (SearchMeta.cs): what never changes about
-- a message and is filtered by.
CREATE VIRTUAL TABLE search_index USING fts5 (
    title, prompt, answer, code, tool, thinking, meta,
    content = '', contentless_delete = 1, tokenize = 'parley'
);

-- Merging is the merger's work (IndexMerger.cs), in small steps while nothing else is to be written: 'automerge' would
-- put it into the transaction that a person waits for. 'crisismerge' is the emergency brake of FTS5: so many segments of
-- one size are merged at once, wherever it is. 'hashsize' is memory for what is not yet flushed; a batch fits in it.
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0);
INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 64);
INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 67108864);

-- Every word as people wrote it, folded but not stemmed, and in about how many documents it stands: for completion,
-- prefixes, spelling, and the weight of a word. Deleting does not take from it (the index no longer knows the words);
-- a rebuild counts anew.
CREATE TABLE search_terms (
    term TEXT PRIMARY KEY,
    docs INTEGER NOT NULL
) WITHOUT ROWID;

-- One row: with which TextTokenizer.Version the index was written (1 was the first; a program with another one builds
-- the index anew), and how far a rebuild has come (NULL: none is running).
CREATE TABLE search_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tokenizer_version INTEGER NOT NULL,
    rebuild_stage INTEGER,               -- 0 messages, 1 titles, 2 documents
    rebuild_after INTEGER                -- the last id of the stage that is in
);
INSERT INTO search_state (id, tokenizer_version) VALUES (1, 1);
