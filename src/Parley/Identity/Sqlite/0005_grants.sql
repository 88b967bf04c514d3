-- What an owner lets others do with a thing of theirs: a user, or everybody in a group. The thing is in the table of a
-- room above, which forgets its grants when it goes.
CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    resource_kind INTEGER NOT NULL,      -- Kernel/Ids.cs: 2 conversation, 4 space
    resource_id INTEGER NOT NULL,
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    group_id INTEGER REFERENCES user_groups (id) ON DELETE CASCADE,
    rights INTEGER NOT NULL,             -- 1 read, always there; 2 write; 4 share
    granted_by INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
);
CREATE UNIQUE INDEX grants_of_resource ON grants (resource_kind, resource_id, user_id, group_id);
CREATE INDEX grants_to_user ON grants (user_id, resource_kind, resource_id) WHERE user_id IS NOT NULL;
CREATE INDEX grants_to_group ON grants (group_id, resource_kind, resource_id) WHERE group_id IS NOT NULL;
