-- Long jobs leave a lane to the short ones; see Jobs/JobRunner.cs.
ALTER TABLE jobs ADD COLUMN long INTEGER NOT NULL DEFAULT 0;
