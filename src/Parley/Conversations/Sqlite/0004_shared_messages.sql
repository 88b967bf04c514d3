-- Where the messages are whose ids are the source's own across its conversations (Claude Code: a resumed session copies
-- lines of the one before). A row may outlive its message; the message's own key is what counts.
CREATE TABLE shared_messages (
    owner_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    source_key BLOB NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, provider, source_key)
) WITHOUT ROWID;

INSERT OR IGNORE INTO shared_messages (owner_id, provider, source_key, message_id)
SELECT c.owner_id, c.provider, m.source_key, m.id FROM conversations c JOIN messages m ON m.conversation_id = c.id
WHERE c.provider = 'claude-code' AND m.source_key IS NOT NULL;
