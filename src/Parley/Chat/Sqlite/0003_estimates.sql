-- 1: the upstream did not count all of the turn's tokens; what it did not is Parley's estimate.
ALTER TABLE turns ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
