-- Prompts of one's own; the built-in ones are in the program.
CREATE TABLE prompts (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    command TEXT,                        -- a word to call it by: /summary
    category TEXT NOT NULL,
    content TEXT NOT NULL,               -- with {{variables}}
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1   -- ETag
);
CREATE UNIQUE INDEX prompts_by_command ON prompts (owner_id, command) WHERE command IS NOT NULL;
CREATE INDEX prompts_of_owner ON prompts (owner_id, id);
