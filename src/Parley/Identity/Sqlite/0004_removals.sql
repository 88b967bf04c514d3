-- Accounts that are gone, for as long as what they owned is still being removed or handed over.
CREATE TABLE user_removals (
    user_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                  -- of the person: where two things have one name, it tells them apart
    give_to INTEGER                      -- who gets what they owned; NULL: it is removed
);
CREATE INDEX user_removals_by_heir ON user_removals (give_to) WHERE give_to IS NOT NULL;
