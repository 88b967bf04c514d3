-- Answers to creating requests that carried an Idempotency-Key, kept for 24 hours. Written with the effect itself.
CREATE TABLE idempotency_keys (
    owner_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,           -- SHA-256 of method, path and body
    status INTEGER NOT NULL,
    location TEXT,
    etag TEXT,
    body BLOB NOT NULL,
    stored_at INTEGER NOT NULL,          -- Unix milliseconds
    UNIQUE (owner_id, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (stored_at);
