-- 1: bring back what the person deleted here.
ALTER TABLE imports ADD COLUMN restore_deleted INTEGER NOT NULL DEFAULT 0;
