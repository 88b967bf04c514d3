-- Answers that models give here. What an answer says is in messages; a turn is how it came to be, and what it cost.

-- One row a call for an answer. Times are Unix microseconds. Kept for accounting after its message is gone: no content.
CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,         -- the answer
    continues INTEGER NOT NULL,          -- 1: goes on where the message was cut
    model TEXT NOT NULL,                 -- as it was asked for
    upstream TEXT NOT NULL,
    state INTEGER NOT NULL,              -- as messages.status
    started_at INTEGER NOT NULL,
    first_at INTEGER,                    -- when the first piece came
    ended_at INTEGER,
    finish TEXT,
    error TEXT,                          -- the code of what went wrong
    prompt_tokens INTEGER,               -- as the upstream counted, over all rounds
    completion_tokens INTEGER,
    events INTEGER NOT NULL DEFAULT 0    -- number of the last event
);
CREATE INDEX turns_under_way ON turns (id) WHERE state IN (1, 2);
CREATE INDEX turns_of_owner ON turns (owner_id, id DESC);
CREATE INDEX turns_of_conversation ON turns (owner_id, conversation_id, id DESC);

-- What came of an answer that is under way: stretches of its log (TurnLog), each once, appended at least each second.
-- At the end of the turn they become the message and go.
CREATE TABLE turn_pieces (
    turn_id INTEGER NOT NULL,
    position INTEGER NOT NULL,           -- in the log, bytes
    events BLOB NOT NULL,
    PRIMARY KEY (turn_id, position)
) WITHOUT ROWID;
