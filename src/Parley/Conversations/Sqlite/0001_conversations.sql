-- Conversations and everything inside them.
--
-- Ids: see Kernel/Ids.cs. The keys of conversations and messages carry the item's own time, so key order is
-- chronological order. Times are Unix microseconds; NULL means the source does not say.
-- owner_id is in every table a person can reach: every query names it.

-- Where a person keeps conversations apart: "default" exists from the start.
CREATE TABLE spaces (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,              -- case-folded: names are unique without regard to case
    color TEXT,
    created_at INTEGER NOT NULL,
    conversation_count INTEGER NOT NULL DEFAULT 0,   -- maintained; bin excluded
    UNIQUE (owner_id, name_key)
);

-- Folders nest (parent_id). A provider's project becomes a folder with the provider's id as source_id.
CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    parent_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    provider TEXT,
    source_id TEXT,
    import_id INTEGER,                   -- the import that made it, NULL for a person's own
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX folders_by_source ON folders (owner_id, provider, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX folders_by_parent ON folders (owner_id, parent_id);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    color TEXT,
    import_id INTEGER,
    created_at INTEGER NOT NULL,
    conversation_count INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner_id, name_key)
);

-- Model names repeat a million times; messages hold a small number. 0 is "not stated".
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,              -- chatgpt, claude, gemini, xai, zed, …, parley
    account TEXT NOT NULL DEFAULT '',    -- the provider's account, part of the key
    source_id TEXT,                      -- the provider's id, NULL for Parley's own
    title TEXT,
    created_at INTEGER,
    updated_at INTEGER,
    sort_at INTEGER NOT NULL,            -- updated, else created, else when it was stored: the order of lists
    stored_at INTEGER NOT NULL,
    model_id INTEGER NOT NULL DEFAULT 0,
    space_id INTEGER NOT NULL REFERENCES spaces (id),
    folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    parent_source_id TEXT,               -- the provider's id of the conversation it was started from
    archived INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    starred INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER,                  -- in the bin since
    active_leaf_id INTEGER,
    message_count INTEGER NOT NULL DEFAULT 0,   -- all branches, hidden included; maintained
    path_count INTEGER NOT NULL DEFAULT 0,      -- on the active path
    next_ord INTEGER NOT NULL DEFAULT 0,
    preview TEXT,                        -- beginning of the last visible message of the active path
    system_prompt TEXT,
    extras TEXT,                         -- raw JSON of what the model has no field for
    import_id INTEGER,                   -- the import that brought it, NULL for a person's own
    version INTEGER NOT NULL DEFAULT 1   -- ETag
);
CREATE UNIQUE INDEX conversations_by_source ON conversations (owner_id, provider, account, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX conversations_by_time ON conversations (owner_id, sort_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX conversations_by_space ON conversations (owner_id, space_id, sort_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX conversations_by_provider ON conversations (owner_id, provider, sort_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX conversations_by_model ON conversations (owner_id, model_id, sort_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX conversations_by_folder ON conversations (owner_id, folder_id, sort_at DESC, id DESC) WHERE folder_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX conversations_archived ON conversations (owner_id, sort_at DESC, id DESC) WHERE archived = 1 AND deleted_at IS NULL;
CREATE INDEX conversations_pinned ON conversations (owner_id, sort_at DESC, id DESC) WHERE pinned = 1 AND deleted_at IS NULL;
CREATE INDEX conversations_starred ON conversations (owner_id, sort_at DESC, id DESC) WHERE starred = 1 AND deleted_at IS NULL;
CREATE INDEX conversations_in_bin ON conversations (owner_id, deleted_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX conversations_by_import ON conversations (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE conversation_tags (
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    import_id INTEGER,
    PRIMARY KEY (tag_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX tags_of_conversation ON conversation_tags (conversation_id);

-- One row a message. A message of one text part has it in text; any other has its parts as the JSON array the API
-- answers with. The parent is not a foreign key: a batch is written in any order, and the doctor checks the tree.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    parent_id INTEGER,
    ord INTEGER NOT NULL,                -- parents before children, siblings in order
    active INTEGER NOT NULL,             -- on the active path
    role INTEGER NOT NULL,               -- 1 user, 2 assistant, 3 system, 4 tool
    status INTEGER NOT NULL,             -- 0 complete, 1 pending, 2 streaming, 3 interrupted, 4 stopped, 5 failed
    hidden INTEGER NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER,
    model_id INTEGER NOT NULL,
    text TEXT,
    parts TEXT,
    extras TEXT,                         -- raw JSON; holds raw_role and finish too
    source_key BLOB,                     -- Conversations/MessageKey.cs; NULL for Parley's own
    hash INTEGER NOT NULL,               -- of the content, to see change on re-import
    words INTEGER NOT NULL,
    import_id INTEGER
);
CREATE INDEX messages_of_path ON messages (conversation_id, active, ord);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    name TEXT,
    media_type TEXT,
    size INTEGER,
    blob BLOB,                           -- SHA-256 of the bytes; NULL: the archive did not hold them
    source_ref TEXT
);
CREATE INDEX attachments_of_conversation ON attachments (conversation_id, message_id);
CREATE INDEX attachments_by_blob ON attachments (blob) WHERE blob IS NOT NULL;

-- Documents that belong to no conversation: a project's files, a provider's memory of its user.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    source_id TEXT NOT NULL,
    folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    name TEXT,
    created_at INTEGER,
    updated_at INTEGER,
    text TEXT NOT NULL,
    hash INTEGER NOT NULL,
    extras TEXT,
    import_id INTEGER,
    UNIQUE (owner_id, provider, source_id)
);

-- Totals for the overview, moved in the transaction that moves the messages. month is year * 12 + month - 1, -1 unknown.
CREATE TABLE message_stats (
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model_id INTEGER NOT NULL,
    role INTEGER NOT NULL,
    month INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    words INTEGER NOT NULL,
    PRIMARY KEY (owner_id, provider, model_id, role, month)
) WITHOUT ROWID;

CREATE TABLE conversation_stats (
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    conversations INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (owner_id, provider)
) WITHOUT ROWID;

INSERT INTO spaces (id, owner_id, name, name_key, created_at) VALUES (1, 1, 'default', 'DEFAULT', 0);
