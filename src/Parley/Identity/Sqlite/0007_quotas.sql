-- How much a user may use, or each member of a group: what is set here goes before the settings' defaults, a user's own
-- before their groups', the most generous group before the others.
CREATE TABLE quotas (
    id INTEGER PRIMARY KEY,
    user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
    group_id INTEGER REFERENCES user_groups (id) ON DELETE CASCADE,
    kind INTEGER NOT NULL,               -- 1 messages a day, 2 tokens a month, 3 bytes of files, 4 files
    most INTEGER NOT NULL,               -- 0: no limit
    CHECK ((user_id IS NULL) <> (group_id IS NULL))
);
CREATE UNIQUE INDEX quotas_of_user ON quotas (user_id, kind) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX quotas_of_group ON quotas (group_id, kind) WHERE group_id IS NOT NULL;

-- What was used in the present day or month (UTC); files are counted where they are kept.
CREATE TABLE quota_usage (
    owner_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    period INTEGER NOT NULL,             -- its beginning, Unix microseconds: a later one begins at nothing
    used INTEGER NOT NULL,
    PRIMARY KEY (owner_id, kind)
) WITHOUT ROWID;
