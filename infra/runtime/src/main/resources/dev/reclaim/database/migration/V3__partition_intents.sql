ALTER TABLE ledger DROP CONSTRAINT ledger_kind_check;
ALTER TABLE ledger ADD CONSTRAINT ledger_kind_check
  CHECK (kind IN ('expired-records', 'orphaned-files', 'expired-partition'));

-- The right to take one partition off its table and drop it, and where that has got to. Held by one event at a time; what
-- is open names a partition that may be detached, and so is gone on with by whoever meets it.
CREATE TABLE partition_intent (
  relation      oid         NOT NULL,
  name          text        NOT NULL,
  parent        oid         NOT NULL,
  parent_name   text        NOT NULL,
  lower_bound   text        NOT NULL,
  upper_bound   text        NOT NULL,
  bound         text        NOT NULL,
  policy        text        NOT NULL,
  planned_on    date        NOT NULL,
  source        text        NOT NULL,
  id            text        NOT NULL,
  attempt       int         NOT NULL DEFAULT 1,
  state         text        NOT NULL DEFAULT 'intent' CHECK (state IN ('intent', 'done', 'returned', 'stranded')),
  opened_at     timestamptz NOT NULL DEFAULT now(),
  closed_at     timestamptz
);
CREATE UNIQUE INDEX partition_intent_open ON partition_intent (name) WHERE state = 'intent';
CREATE INDEX partition_intent_event ON partition_intent (planned_on, source, id);

COMMENT ON COLUMN partition_intent.name IS 'as SQL writes it, schema included; like the bounds, as they were when the intent was taken';
COMMENT ON COLUMN partition_intent.bound IS 'what ATTACH PARTITION needs to put it back';
COMMENT ON COLUMN partition_intent.state IS 'done: dropped; returned: with its table, or somebody else''s again; stranded: detached and to be put back by hand';
