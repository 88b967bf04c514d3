-- What a person wants every model to keep in sight: it is sent with each question on its path, whatever else no longer
-- fits. The index finds the pinned ones of a path without reading the path.
ALTER TABLE messages ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_pinned ON messages (conversation_id, active, ord) WHERE pinned = 1;
