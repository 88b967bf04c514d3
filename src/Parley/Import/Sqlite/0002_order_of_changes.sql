-- Imports run side by side, so the order of their ids is not the order in which they changed a row: turn counts the
-- changes of one row, and undo passes its image on to the change that came next. Rows from before have 0: they were
-- written one import after the other.
ALTER TABLE import_changes ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX changes_of_row ON import_changes (row_kind, row_id, turn, import_id);
