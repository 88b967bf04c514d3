-- A call that has gone on for a moment has a row with status 0 and what has come of it so far, until its end: what a
-- killed server leaves of such is charged at the next start.
ALTER TABLE model_usage ADD COLUMN own_model TEXT; -- as the upstream calls it; null: as the caller
CREATE INDEX model_usage_open ON model_usage (id) WHERE status = 0;
