-- Rows that the database would not give up, so that no run beats its head against the same row again: one is left alone
-- until its time has come or it has changed. Rows that a foreign key from elsewhere holds are not here: they are looked
-- at anew by every run.
CREATE TABLE refused_row (
  policy      text        NOT NULL,
  key         text[]      NOT NULL,
  row_version text        NOT NULL,
  by          text        NOT NULL,
  refused_at  timestamptz NOT NULL DEFAULT now(),
  times       int         NOT NULL DEFAULT 1,
  again_at    timestamptz NOT NULL
);
-- By hash, because a key may be longer than a row of a B-tree. Who writes a row here holds the lock of the row it names.
CREATE INDEX refused_row_key ON refused_row USING hash (key);
CREATE INDEX refused_row_policy ON refused_row (policy, again_at);

COMMENT ON COLUMN refused_row.row_version IS 'xmin of the row as it was refused';
COMMENT ON COLUMN refused_row.by IS 'who refused, as the outcome says';
COMMENT ON COLUMN refused_row.times IS 'how often this version was refused; the wait doubles each time, from 1 day to 30';
COMMENT ON COLUMN refused_row.again_at IS 'not tried before, unless the row changes';

ALTER TABLE run ADD COLUMN refused bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN run.refused IS 'rows past their retention that were not claimed because the database would not give them up';
