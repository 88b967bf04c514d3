-- One call of a model through Parley: who, what, how long, how many tokens as the upstream counts. No text of anybody's.
CREATE TABLE model_usage (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,                 -- Unix microseconds
    user_id INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,        -- it may be gone, or below 0: one of the settings
    model TEXT NOT NULL,                 -- as the caller named it
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    first_byte_ms INTEGER,               -- null: none came
    total_ms INTEGER NOT NULL,
    status INTEGER NOT NULL              -- what the caller was answered; 499: they left before the end
);
CREATE INDEX model_usage_by_user ON model_usage (user_id, at);
CREATE INDEX model_usage_by_time ON model_usage (at);
