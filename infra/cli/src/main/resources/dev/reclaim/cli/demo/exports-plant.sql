-- Exported files are numbered from 1: those that go when their export expires; those a live export
-- names too; those of live exports alone; those no row names, which no policy asks for.
CREATE TEMP TABLE IF NOT EXISTS archives (
  own bigint, with_live bigint, live bigint, unnamed bigint
);
TRUNCATE archives;
INSERT INTO archives
SELECT
  pg_temp.amount('exports_own'), pg_temp.amount('exports_with_live'),
  pg_temp.amount('exports_live'), pg_temp.amount('exports_unnamed');

CREATE OR REPLACE FUNCTION pg_temp.export_path(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'tenant-' || n % 7 || '/' || pg_temp.round() || '-' || n || '.csv'
$$;

CREATE OR REPLACE FUNCTION pg_temp.export_url(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE n % 2
    WHEN 0 THEN 's3://exports/'
    ELSE current_setting('demo.endpoint') || '/exports/'
  END || pg_temp.export_path(n)
$$;

-- Exports 1 to go are to be marked: each with its own file; with one that a live export names too;
-- twins, two exports with one file; with none. The others are live, or marked long ago.
INSERT INTO export_logs (id, requested_by, status, file_url, options, expires_at)
SELECT
  pg_temp.identity('export', i),
  'user-' || pg_temp.pick(i, 1, 300),
  CASE
    WHEN i > go + with_live + live AND i % 4 = 3 THEN 'expired'
    ELSE (ARRAY['ready', 'downloaded'])[1 + pg_temp.pick(i, 2, 2)]
  END,
  CASE
    WHEN i <= own + with_live THEN pg_temp.export_url(i)
    WHEN i <= own + with_live + own / 20 THEN pg_temp.export_url(i - own - with_live)
    WHEN i <= go THEN NULL
    WHEN i <= go + with_live + live THEN pg_temp.export_url(i - go + own)
    WHEN i % 4 = 3 THEN 's3://exports/gone/' || pg_temp.round() || '/' || i || '.csv'
  END,
  jsonb_build_object('format', 'csv', 'columns', pg_temp.pick(i, 3, 30)),
  CASE
    WHEN i <= go THEN pg_temp.days_ago(i, 2, 60)
    WHEN i > go + with_live + live AND i % 4 = 3 THEN pg_temp.days_ago(i, 30, 90)
    WHEN i % 3 = 0 THEN now() + make_interval(hours => 24 + pg_temp.pick(i, 4, 240)::int)
    WHEN i % 3 = 1 THEN pg_temp.ago(i, 0, 6 * 3600)
  END
FROM archives, pg_temp.amount('export_logs_go') go,
  pg_temp.mixed(pg_temp.amount('export_logs_go') + pg_temp.amount('export_logs_stay')) i;

INSERT INTO audit_log (actor, action, details, created_at)
SELECT
  'user-' || pg_temp.pick(i, 1, 300),
  (ARRAY['login', 'export', 'delete', 'share'])[1 + pg_temp.pick(i, 2, 4)],
  jsonb_build_object('ip', '10.0.0.' || pg_temp.pick(i, 3, 250), 'request', md5(i::text)),
  CASE
    WHEN i <= pg_temp.amount('audit_log_go') THEN pg_temp.days_ago(i, 33, 200)
    WHEN i % 20 = 0 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 25)
  END
FROM pg_temp.mixed(pg_temp.amount('audit_log_go') + pg_temp.amount('audit_log_stay')) i;

INSERT INTO planted_file (store, path, bytes, modified)
SELECT 'exports', pg_temp.export_path(n), pg_temp.file_size(n), pg_temp.days_ago(n, 3, 60)
FROM archives, generate_series(1, own + with_live + live + unnamed) n;
