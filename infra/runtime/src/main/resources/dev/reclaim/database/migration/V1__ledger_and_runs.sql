-- Inbox, outbox and audit in one: a row here is the right to say that an event was carried out. It is written in the
-- transaction that deletes, so that effect and account stand or fall together.
CREATE TABLE ledger (
  planned_on     date        NOT NULL,
  source         text        NOT NULL,
  id             text        NOT NULL,
  policy         text        NOT NULL,
  run            text,
  kind           text        NOT NULL CHECK (kind IN ('expired-records', 'orphaned-files')),
  payload_digest text        NOT NULL,
  outcome        jsonb,
  follow_ups     jsonb,
  rows           bigint      NOT NULL DEFAULT 0,
  files          bigint      NOT NULL DEFAULT 0,
  bytes          bigint      NOT NULL DEFAULT 0,
  deleted_keys   jsonb,
  completed_at   timestamptz NOT NULL DEFAULT now(),
  emitted_at     timestamptz,
  PRIMARY KEY (planned_on, source, id)
) PARTITION BY RANGE (planned_on);

COMMENT ON COLUMN ledger.outcome IS 'what is said of the event; null only inside the transaction that makes it';
COMMENT ON COLUMN ledger.follow_ups IS 'claims about the files of deleted rows, to be sent after the commit';
COMMENT ON COLUMN ledger.completed_at IS 'start of the deleting transaction, on this database''s clock';

CREATE INDEX ledger_run ON ledger (run) WHERE run IS NOT NULL;
CREATE INDEX ledger_unemitted ON ledger (completed_at) WHERE emitted_at IS NULL;

-- Events planned before this day are refused: what was known of them may be gone.
CREATE TABLE ledger_floor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  floor    date NOT NULL
);
INSERT INTO ledger_floor (floor) VALUES (date_trunc('month', now() AT TIME ZONE 'UTC' - interval '400 days')::date);

-- Makes the monthly partitions from the floor to the end of next month. May be called at any time by anyone.
CREATE FUNCTION prepare_ledger() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('reclaim.prepare_ledger'));
  FOR month IN
    SELECT generate_series(date_trunc('month', f.floor::timestamp),
                           date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month',
                           interval '1 month')::date
      FROM reclaim.ledger_floor f
  LOOP
    IF to_regclass(format('reclaim.ledger_%s', to_char(month, 'YYYY_MM'))) IS NULL THEN
      EXECUTE format('CREATE TABLE reclaim.ledger_%s PARTITION OF reclaim.ledger FOR VALUES FROM (%L) TO (%L)',
                     to_char(month, 'YYYY_MM'), month, (month + interval '1 month')::date);
    END IF;
  END LOOP;
END
$$;
SELECT prepare_ledger();

-- One planning of one policy, at most one at a time. The position is where a killed planner's successor goes on.
CREATE TABLE run (
  id              text        PRIMARY KEY,
  policy          text        NOT NULL,
  slot            timestamptz,
  cutoff          timestamptz NOT NULL,
  state           text        NOT NULL CHECK (state IN ('planning', 'draining', 'complete', 'incomplete', 'failed')),
  pass            int         NOT NULL DEFAULT 1,
  position        text        NOT NULL DEFAULT '',
  claimed         bigint      NOT NULL DEFAULT 0,
  guarded         bigint      NOT NULL DEFAULT 0,
  undated         bigint      NOT NULL DEFAULT 0,
  keep_keys       boolean     NOT NULL DEFAULT false,
  cluster         text        NOT NULL,
  problem         text,
  notes           text[]      NOT NULL DEFAULT '{}',
  owner           text        NOT NULL,
  lease_until     timestamptz NOT NULL,
  started_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz
);
CREATE UNIQUE INDEX run_unfinished ON run (policy) WHERE finished_at IS NULL;
CREATE INDEX run_policy ON run (policy, started_at);

COMMENT ON COLUMN run.claimed IS 'keys or files in the events that were published';
COMMENT ON COLUMN run.keep_keys IS 'the ledger keeps the keys that this run deletes';
COMMENT ON COLUMN run.cluster IS 'id of the Kafka cluster that has the run''s events';
COMMENT ON COLUMN run.undated IS 'rows that stay because their date says nothing';
COMMENT ON COLUMN run.guarded IS 'rows past their retention that were not claimed because something refers to them';
COMMENT ON COLUMN run.notes IS 'what the scan has to say besides, like references that could not be read';

-- What a run has published and still waits for; emptied when the run ends.
CREATE TABLE run_event (
  run        text NOT NULL REFERENCES run (id),
  id         text NOT NULL,
  source     text NOT NULL,
  planned_on date NOT NULL,
  pass       int  NOT NULL,
  PRIMARY KEY (run, id)
);

-- Events of runs that ended among the dead letters, as the planner has read them there.
CREATE TABLE dead_letter (
  planned_on date NOT NULL,
  source     text NOT NULL,
  id         text NOT NULL,
  run        text NOT NULL,
  reason     text NOT NULL,
  PRIMARY KEY (planned_on, source, id)
);
CREATE INDEX dead_letter_run ON dead_letter (run);

-- What people did about dead letters, which stay on their topic meanwhile; never changed, never deleted by Reclaim.
CREATE TABLE dead_letter_act (
  id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  act              text        NOT NULL CHECK (act IN ('replay', 'discard')),
  acted_at         timestamptz NOT NULL DEFAULT now(),
  actor            text        NOT NULL,
  reason           text,
  cluster          text        NOT NULL,
  topic            text        NOT NULL,
  letter_partition int         NOT NULL,
  letter_offset    bigint      NOT NULL,
  origin           text        NOT NULL,
  event            text,
  policy           text,
  class            text        NOT NULL,
  letter_reason    text        NOT NULL,
  CHECK (act <> 'discard' OR reason IS NOT NULL)
);
CREATE INDEX dead_letter_act_letter ON dead_letter_act (cluster, topic, letter_partition, letter_offset);

COMMENT ON COLUMN dead_letter_act.actor IS 'user of the operating system who ran the command';
COMMENT ON COLUMN dead_letter_act.cluster IS 'id of the Kafka cluster that has the letter';
COMMENT ON COLUMN dead_letter_act.origin IS 'topic-partition@offset of the record that became the letter';
COMMENT ON COLUMN dead_letter_act.event IS 'identity of the event, source#id@day, where it could be read';

-- How many references each source held when a run last believed it; a sudden loss is a reason to stop.
CREATE TABLE reference_count (
  policy     text        NOT NULL,
  source     text        NOT NULL,
  refs       bigint      NOT NULL,
  counted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (policy, source)
);

-- The right to delete one content of one file, taken before the store is asked and closed after it answered.
CREATE TABLE store_intent (
  store      text        NOT NULL,
  path       text        NOT NULL,
  path_hash  bytea       NOT NULL,
  version    text        NOT NULL,
  planned_on date        NOT NULL,
  source     text        NOT NULL,
  id         text        NOT NULL,
  size       bigint      NOT NULL,
  attempt    int         NOT NULL DEFAULT 1,
  state      text        NOT NULL DEFAULT 'intent' CHECK (state IN ('intent', 'done')),
  opened_at  timestamptz NOT NULL DEFAULT now(),
  closed_at  timestamptz,
  PRIMARY KEY (store, path_hash, version)
);
COMMENT ON COLUMN store_intent.path_hash IS 'SHA-256 of the path, which itself may be longer than an index can hold';
CREATE INDEX store_intent_event ON store_intent (planned_on, source, id);

-- db-scheduler's own table: one execution per schedule across all planners.
CREATE TABLE scheduled_tasks (
  task_name            text        NOT NULL,
  task_instance        text        NOT NULL,
  task_data            bytea,
  execution_time       timestamptz NOT NULL,
  picked               boolean     NOT NULL,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures int,
  last_heartbeat       timestamptz,
  version              bigint      NOT NULL,
  priority             smallint,
  PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_due ON scheduled_tasks (execution_time);

CREATE VIEW run_history AS
SELECT r.id AS run, r.policy, r.state, r.started_at, r.finished_at, r.cutoff, r.claimed, r.guarded AS protected, r.undated,
       coalesce(l.rows, 0) AS rows, coalesce(l.files, 0) AS files, coalesce(l.bytes, 0) AS bytes, r.problem
  FROM run r
  LEFT JOIN LATERAL (SELECT sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes
                       FROM ledger WHERE run = r.id) l ON true
 ORDER BY r.started_at DESC;

CREATE VIEW cleanup_statistics AS
SELECT policy, (completed_at AT TIME ZONE 'UTC')::date AS day, kind, count(*) AS events,
       sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes
  FROM ledger
 GROUP BY policy, day, kind
 ORDER BY day DESC, policy;

CREATE VIEW cleanup_by_label AS
SELECT l.policy, label.key AS label, label.value, sum((part -> 'reclaimed' ->> 'rows')::bigint) AS rows,
       sum((part -> 'reclaimed' ->> 'files')::bigint) AS files, sum((part -> 'reclaimed' ->> 'bytes')::bigint) AS bytes,
       sum((part ->> 'marked')::bigint) AS marked
  FROM ledger l, jsonb_array_elements(l.outcome -> 'labelled') AS part, jsonb_each_text(part -> 'labels') AS label
 GROUP BY l.policy, label.key, label.value
 ORDER BY l.policy, label.key, bytes DESC, marked DESC;

CREATE VIEW policy_status AS
SELECT DISTINCT ON (policy) policy, run, state, started_at, finished_at, rows, files, bytes, problem
  FROM run_history
 ORDER BY policy, started_at DESC;
