-- How statements are linked, with what says so. What headings and lists make of them (BELONGS_TO) follows from
-- prd_statements.parent_id.
CREATE TABLE prd_links (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL,        -- of from_id
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    relation INTEGER NOT NULL,           -- numbers as in LinkKinds.cs, as those below
    method INTEGER NOT NULL,
    confidence REAL NOT NULL,            -- 0 to 1
    reason TEXT NOT NULL,
    evidence_start INTEGER NOT NULL,     -- UTF-16 units into the text of from_id
    evidence_length INTEGER NOT NULL,
    state INTEGER NOT NULL,              -- 0 found, 1 confirmed by a person, 2 rejected: kept so that it is not found again
    decided_by INTEGER,                  -- the account that confirmed, rejected or added it
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX prd_links_of_from ON prd_links (from_id, relation, to_id);
CREATE INDEX prd_links_of_to ON prd_links (to_id, relation, from_id);
CREATE INDEX prd_links_of_document ON prd_links (document_id, id);

-- Ids that statements name and no statement of their own document has: they are looked for in the other documents of the space.
CREATE TABLE prd_mentions (
    statement_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    document_id INTEGER NOT NULL,
    relation INTEGER NOT NULL,
    confidence REAL NOT NULL,
    reason TEXT NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (statement_id, name)
) WITHOUT ROWID;
CREATE INDEX prd_mentions_by_name ON prd_mentions (name, document_id);
CREATE INDEX prd_mentions_of_document ON prd_mentions (document_id);
CREATE INDEX prd_statements_by_name ON prd_statements (name, document_id) WHERE name IS NOT NULL;
CREATE INDEX prd_statements_by_parent ON prd_statements (parent_id, ord) WHERE parent_id IS NOT NULL;
