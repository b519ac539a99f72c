-- What deleted rows of a run leave reusable, as its tables were before it: an estimate beside the logical bytes, which
-- the ledger counts.
CREATE TABLE run_space (
  run            text             NOT NULL REFERENCES run (id),
  part           text             NOT NULL CHECK (part IN ('rows', 'children')),
  bytes_per_row  double precision NOT NULL,
  bytes_per_byte double precision NOT NULL,
  PRIMARY KEY (run, part)
);
COMMENT ON TABLE run_space IS 'reusable bytes for each deleted row and for each of its logical bytes, calibrated at the run''s start';
COMMENT ON COLUMN run_space.part IS 'the policy''s own table, or all tables whose rows go along';

ALTER TABLE run ADD COLUMN reusable_bytes_estimate bigint;
COMMENT ON COLUMN run.reusable_bytes_estimate IS 'estimate of what its deleted rows left reusable, whole partitions left out';
