-- What the turn's requests to models have used so far (TurnSpending, JSON), saved with its pieces: with it an answer that
-- a killed server left is charged. Null: nothing had come, and once it has ended.
ALTER TABLE turns ADD COLUMN spending TEXT;
