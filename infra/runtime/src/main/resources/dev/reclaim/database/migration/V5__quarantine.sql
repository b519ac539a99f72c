ALTER TABLE ledger DROP CONSTRAINT ledger_kind_check;
ALTER TABLE ledger ADD CONSTRAINT ledger_kind_check
  CHECK (kind IN ('expired-records', 'orphaned-files', 'expired-partition', 'quarantined-files'));

-- Files that were moved out of sight and may still be brought back, and what is under way with each. A row goes when its
-- file has left the quarantine; what was counted stays in the ledger.
CREATE TABLE quarantined_file (
  store       text        NOT NULL,
  name        text        NOT NULL,
  path        text        NOT NULL,
  version     text        NOT NULL,
  size        bigint      NOT NULL,
  policy      text        NOT NULL,
  run         text        NOT NULL,
  labels      jsonb,
  state       text        NOT NULL CHECK (state IN ('moving', 'kept', 'spare', 'purging', 'restoring')),
  planned_on  date        NOT NULL,
  source      text        NOT NULL,
  id          text        NOT NULL,
  attempt     int         NOT NULL DEFAULT 1,
  etag        text,
  moved_at    timestamptz,
  purge_after timestamptz,
  PRIMARY KEY (store, name)
);
CREATE INDEX quarantined_file_event ON quarantined_file (planned_on, source, id);
CREATE INDEX quarantined_file_run ON quarantined_file (run);
CREATE INDEX quarantined_file_due ON quarantined_file (policy, purge_after) WHERE state = 'kept';
CREATE INDEX quarantined_file_spare ON quarantined_file (store) WHERE state = 'spare';

COMMENT ON COLUMN quarantined_file.name IS 'below .reclaim/quarantine/ in the store';
COMMENT ON COLUMN quarantined_file.version IS 'the content that was moved, as store_intent has it';
COMMENT ON COLUMN quarantined_file.run IS 'what it is brought back by: the run that moved it, or the event, source#id@day, of a producer';
COMMENT ON COLUMN quarantined_file.state IS 'spare: the file stayed at its path, and a copy of it may be left to remove';
COMMENT ON COLUMN quarantined_file.id IS 'with planned_on and source the event that moved it, or that is at it';
COMMENT ON COLUMN quarantined_file.etag IS 'tag of the content in the quarantine, once it is there';

CREATE VIEW quarantine AS
SELECT run, policy, store, count(*) AS files, coalesce(sum(size), 0) AS bytes, min(moved_at) AS moved_at,
       min(purge_after) AS purged_from
  FROM quarantined_file
 WHERE state IN ('kept', 'purging', 'restoring')
 GROUP BY run, policy, store
 ORDER BY min(moved_at), run, policy, store;
