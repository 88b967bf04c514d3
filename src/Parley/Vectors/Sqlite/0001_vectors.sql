-- Vectors of texts (Vectors/README.md). Everything here is made from the texts and can be made anew.

-- Which models vectors were made with. Two rows while one takes the place of the other.
CREATE TABLE vector_models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    dims INTEGER NOT NULL,
    UNIQUE (name, dims)
);

-- target: new vectors are of this model; serving: searches ask this one, until everything is there in the target.
-- seed_kind, seed_after: groups up to there were marked for the target; NULL: all of them.
CREATE TABLE vector_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    target INTEGER REFERENCES vector_models (id),
    serving INTEGER REFERENCES vector_models (id),
    seed_kind INTEGER,
    seed_after INTEGER NOT NULL DEFAULT 0
);
INSERT INTO vector_state (id) VALUES (1);

-- Groups (conversations, documents) whose texts changed since they were embedded. mark is another with each change.
CREATE TABLE vector_pending (
    kind INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (kind, group_id)
) WITHOUT ROWID;

-- Up to 4,096 vectors of one owner, kind and model, in slots that never change. Ids are never given twice.
CREATE TABLE vector_blocks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    size INTEGER NOT NULL,               -- slots
    live INTEGER NOT NULL,               -- slots that were not removed
    dead BLOB,                           -- a bit for each removed slot; NULL: none
    members BLOB NOT NULL,               -- which group each slot is of (BlockCodes.cs)
    codes BLOB NOT NULL                  -- signs and fit of each slot (BlockCodes.cs)
);
CREATE INDEX vector_blocks_of_owner ON vector_blocks (owner_id, kind, model_id);
CREATE INDEX vector_blocks_of_model ON vector_blocks (model_id);

-- The vectors themselves, int8, as many records as fit into a page of the store. id is block << 12 | page.
CREATE TABLE vector_pages (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
);

-- Where the vectors of a text are. hash: of all that they depend on.
CREATE TABLE vector_items (
    kind INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    block_id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    PRIMARY KEY (kind, item_id, model_id, part)
) WITHOUT ROWID;
CREATE INDEX vector_items_of_group ON vector_items (group_id, kind, model_id);
