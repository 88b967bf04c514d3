-- Links by which anybody reads a path of a conversation as it was when the link was made. Of the link only its hash is
-- kept. body is what is shown (Conversations/SharedConversation.cs): JSON without an id of anything here.
CREATE TABLE shares (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,                  -- NULL: until it is revoked
    message_count INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX shares_of_owner ON shares (owner_id, id);
CREATE INDEX shares_of_conversation ON shares (conversation_id, id);
CREATE INDEX shares_by_end ON shares (expires_at) WHERE expires_at IS NOT NULL;
