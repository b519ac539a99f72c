-- What the dropped partitions of the ledger held, summed as the metrics are: the whole of a policy by hour, its parts by
-- labels by day. With it the accounts stay whole for ever while the ledger is as long as it is kept.
CREATE TABLE ledger_totals (
  policy           text        NOT NULL,
  kind             text        NOT NULL,
  labels           jsonb       NOT NULL,
  span             text        NOT NULL CHECK (span IN ('hour', 'day')),
  start            timestamptz NOT NULL,
  events           bigint      NOT NULL,
  rows             bigint      NOT NULL,
  files            bigint      NOT NULL,
  bytes            bigint      NOT NULL,
  deleted          bigint      NOT NULL,
  deleted_inferred bigint      NOT NULL,
  marked           bigint      NOT NULL,
  protected        bigint      NOT NULL,
  held             bigint      NOT NULL,
  refused          bigint      NOT NULL,
  locked           bigint      NOT NULL,
  changed          bigint      NOT NULL,
  missing          bigint      NOT NULL,
  failed           bigint      NOT NULL,
  quarantined      bigint      NOT NULL,
  purged           bigint      NOT NULL,
  restored         bigint      NOT NULL,
  updated_at       timestamptz NOT NULL,
  PRIMARY KEY (policy, kind, labels, span, start),
  CHECK ((span = 'hour') = (labels = '{}'))
);
COMMENT ON COLUMN ledger_totals.labels IS '{} for the whole of the policy; others are parts of it, not to be added to it';
COMMENT ON COLUMN ledger_totals.updated_at IS 'completedAt of the newest outcome in the sums';

-- The same sums over what still stands in the ledger: events planned on first or later and before after, and completed
-- before until.
CREATE FUNCTION ledger_sums(first date, after date, until timestamptz) RETURNS SETOF ledger_totals
LANGUAGE sql STABLE AS $$
  SELECT l.policy, l.kind, '{}'::jsonb, 'hour',
         date_trunc('hour', l.completed_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
         count(*), sum(l.rows)::bigint, sum(l.files)::bigint, sum(l.bytes)::bigint,
         sum(c.deleted)::bigint, sum(c."deletedInferred")::bigint, sum(c.marked)::bigint, sum(c.protected)::bigint,
         sum(c.held)::bigint, sum(c.refused)::bigint, sum(c.locked)::bigint, sum(c.changed)::bigint,
         sum(c.missing)::bigint, sum(c.failed)::bigint,
         sum(coalesce(c.quarantined, 0))::bigint, sum(coalesce(c.purged, 0))::bigint, sum(coalesce(c.restored, 0))::bigint,
         max(l.completed_at)
    FROM reclaim.ledger l,
         jsonb_to_record(l.outcome -> 'counts') AS c(deleted bigint, "deletedInferred" bigint, marked bigint,
           protected bigint, held bigint, refused bigint, locked bigint, changed bigint, missing bigint, failed bigint,
           quarantined bigint, purged bigint, restored bigint)
   WHERE l.planned_on >= first AND l.planned_on < after AND l.completed_at < until
   GROUP BY 1, 2, 5
  UNION ALL
  SELECT l.policy, l.kind, part -> 'labels', 'day',
         date_trunc('day', l.completed_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
         count(*), sum((part -> 'reclaimed' ->> 'rows')::bigint)::bigint,
         sum((part -> 'reclaimed' ->> 'files')::bigint)::bigint,
         sum((part -> 'reclaimed' ->> 'bytes')::bigint)::bigint,
         sum((part ->> 'deleted')::bigint)::bigint, 0, sum((part ->> 'marked')::bigint)::bigint, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         max(l.completed_at)
    FROM reclaim.ledger l, jsonb_array_elements(l.outcome -> 'labelled') AS part
   WHERE l.planned_on >= first AND l.planned_on < after AND l.completed_at < until
   GROUP BY 1, 2, 3, 5
$$;

-- A run outlives its entries in the ledger, so it keeps what they summed to.
ALTER TABLE run ADD COLUMN dropped_rows bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN dropped_files bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN dropped_bytes bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN run.dropped_rows IS 'rows of its events whose partition of the ledger was dropped; likewise files and bytes';

CREATE OR REPLACE VIEW run_history AS
SELECT r.id AS run, r.policy, r.state, r.started_at, r.finished_at, r.cutoff, r.claimed, r.guarded AS protected, r.undated,
       r.dropped_rows + coalesce(l.rows, 0) AS rows, r.dropped_files + coalesce(l.files, 0) AS files,
       r.dropped_bytes + coalesce(l.bytes, 0) AS bytes, r.problem
  FROM run r
  LEFT JOIN LATERAL (SELECT sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes
                       FROM ledger WHERE run = r.id) l ON true
 ORDER BY r.started_at DESC;

CREATE OR REPLACE VIEW cleanup_statistics AS
SELECT policy, day, kind, sum(events)::bigint AS events, sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes
  FROM (SELECT policy, (completed_at AT TIME ZONE 'UTC')::date AS day, kind, 1 AS events, rows, files, bytes FROM ledger
        UNION ALL
        SELECT policy, (start AT TIME ZONE 'UTC')::date, kind, events, rows, files, bytes
          FROM ledger_totals WHERE span = 'hour') AS every
 GROUP BY policy, day, kind
 ORDER BY day DESC, policy;

CREATE OR REPLACE VIEW cleanup_by_label AS
SELECT policy, label.key AS label, label.value, sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes,
       sum(marked) AS marked
  FROM (SELECT l.policy, part -> 'labels' AS labels, (part -> 'reclaimed' ->> 'rows')::bigint AS rows,
               (part -> 'reclaimed' ->> 'files')::bigint AS files, (part -> 'reclaimed' ->> 'bytes')::bigint AS bytes,
               (part ->> 'marked')::bigint AS marked
          FROM ledger l, jsonb_array_elements(l.outcome -> 'labelled') AS part
        UNION ALL
        SELECT policy, labels, rows, files, bytes, marked FROM ledger_totals WHERE span = 'day') AS every,
       jsonb_each_text(labels) AS label
 GROUP BY policy, label.key, label.value
 ORDER BY policy, label.key, sum(bytes) DESC, sum(marked) DESC;
