-- What the turn cost when it ended, in millionths of a currency (ISO 4217); null: no price was known.
ALTER TABLE turns ADD COLUMN cost_micros INTEGER;
ALTER TABLE turns ADD COLUMN currency TEXT;
