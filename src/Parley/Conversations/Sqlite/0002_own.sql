-- What a person adds to a conversation or a message, apart from what a source said (extras): JSON of a caller's own,
-- reactions, and that the title is the person's and no later export may change it.
ALTER TABLE conversations ADD COLUMN extra_data TEXT;
ALTER TABLE conversations ADD COLUMN own_title INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN extra_data TEXT;
ALTER TABLE messages ADD COLUMN reactions TEXT;

-- The longest conversations, for the overview.
CREATE INDEX conversations_by_length ON conversations (owner_id, message_count DESC) WHERE deleted_at IS NULL;
