-- What upstreams charge, as admins say. A price is looked up when a call ends; what it came to is kept with the call, so
-- a price that changes later changes nothing of before.
CREATE TABLE model_prices (
    id INTEGER PRIMARY KEY,
    upstream_id INTEGER NOT NULL,        -- 0: any; below 0: one of the settings
    model TEXT NOT NULL COLLATE NOCASE,  -- as the upstream calls it, or a pattern with *
    currency TEXT NOT NULL,              -- ISO 4217
    input INTEGER NOT NULL,              -- of a million tokens, in millionths of the currency, as every price here
    cached_input INTEGER,                -- of those read from the upstream's cache; null: as input
    output INTEGER NOT NULL,
    changed_at INTEGER NOT NULL          -- Unix microseconds
);
CREATE UNIQUE INDEX model_prices_by_model ON model_prices (upstream_id, model);

-- Sums of all calls of models, whoever made them: chat, titles, programs. One row a user, day, model and currency.
CREATE TABLE model_costs (
    user_id INTEGER NOT NULL,
    day INTEGER NOT NULL,                -- since 1970-01-01, UTC
    model TEXT NOT NULL,                 -- as callers name it
    currency TEXT NOT NULL,              -- empty: no price was known, and micros mean nothing
    calls INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,      -- of prompt_tokens
    completion_tokens INTEGER NOT NULL,
    micros INTEGER NOT NULL,             -- millionths of the currency
    estimated INTEGER NOT NULL,          -- calls whose tokens are, in part, Parley's estimate
    PRIMARY KEY (user_id, day, model, currency)
) WITHOUT ROWID;
CREATE INDEX model_costs_by_day ON model_costs (day);

-- Null: no price was known.
ALTER TABLE model_usage ADD COLUMN cost_micros INTEGER;
ALTER TABLE model_usage ADD COLUMN currency TEXT;
