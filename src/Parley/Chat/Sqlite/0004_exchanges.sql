-- What programs had stored of what they asked through the gateway, to find a conversation again that its program sends
-- whole with each question: chain is a hash of a message and of all before it. Rows go with their messages.
CREATE TABLE exchanges (
    owner_id INTEGER NOT NULL,
    chain BLOB NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, chain)
) WITHOUT ROWID;
CREATE INDEX exchanges_by_message ON exchanges (message_id);
