-- Work that must survive the process: claimed with a lease, done once its effects are committed.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                  -- import, import-undo, …: names the handler
    owner_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,         -- what it works on, in its room's table
    status TEXT NOT NULL,                -- queued, running; a finished job's row is gone
    not_before INTEGER NOT NULL,         -- Unix microseconds
    lease_until INTEGER,                 -- running past it: its process is dead, anyone may claim it
    attempts INTEGER NOT NULL DEFAULT 0, -- failed runs; a killed process is none
    UNIQUE (kind, subject_id)
);
CREATE INDEX jobs_due ON jobs (not_before);
