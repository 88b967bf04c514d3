-- 1: the upstream did not count its tokens; these are Parley's estimate.
ALTER TABLE model_usage ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
