-- What a model wrote of the part of a conversation that no longer fits its window, for questions that ask for it
-- (overflow: summarise). Made once, and grown by what leaves the window later.
CREATE TABLE context_summaries (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,         -- the last message it covers; the others are above it
    covers INTEGER NOT NULL,             -- how many
    whole INTEGER NOT NULL,              -- 1: all from the beginning on
    model TEXT NOT NULL,                 -- who wrote it
    mark TEXT NOT NULL,                  -- what it stands between when models are told it: nobody could know it before
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,         -- Unix microseconds
    UNIQUE (conversation_id, message_id)
);
CREATE INDEX context_summaries_of_owner ON context_summaries (owner_id, conversation_id, id DESC);

-- The messages that summaries of their conversation cover: when one of them changes or goes, so do the summaries.
CREATE TABLE summarised_messages (
    message_id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL
);
CREATE INDEX summarised_messages_of_conversation ON summarised_messages (conversation_id);
