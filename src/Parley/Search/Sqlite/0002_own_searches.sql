-- What a person keeps of searching. Searches saved under a name; the query text says all filters.
CREATE TABLE saved_searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    grouped INTEGER NOT NULL,            -- one hit a conversation
    created_at INTEGER NOT NULL,         -- Unix microseconds, as all times
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX saved_searches_by_name ON saved_searches (owner_id, name_key);

-- Queries that were submitted, not those of each keystroke: suggestions offer the frequent ones. So many an owner are
-- kept, the last used ones (Search/Sqlite/SubmittedQueries.cs).
CREATE TABLE submitted_queries (
    owner_id INTEGER NOT NULL,
    query_key TEXT NOT NULL,             -- without case, so that one query is one row
    query TEXT NOT NULL,                 -- as it was typed last
    uses INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (owner_id, query_key)
) WITHOUT ROWID;
CREATE INDEX submitted_queries_by_use ON submitted_queries (owner_id, used_at);
