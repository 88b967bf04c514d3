-- Groups of people: a grant or a quota can name one in place of each of its members.
CREATE TABLE user_groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,       -- without case
    external_id TEXT,                    -- what a directory calls it: opaque, never looked up as an id of ours (S22)
    version INTEGER NOT NULL DEFAULT 1,  -- moves with every change, of members too
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX user_groups_by_external_id ON user_groups (external_id) WHERE external_id IS NOT NULL;

CREATE TABLE group_members (
    group_id INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX groups_of_user ON group_members (user_id, group_id);
