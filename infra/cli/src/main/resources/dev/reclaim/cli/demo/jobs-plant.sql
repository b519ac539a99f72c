-- Temporary files are numbered from 1: those that go with their job; those a live job names too;
-- those of live jobs alone; strays; strays that are too young.
CREATE TEMP TABLE IF NOT EXISTS temps (
  own bigint, with_live bigint, live bigint, strays bigint, young bigint
);
TRUNCATE temps;
INSERT INTO temps
SELECT
  pg_temp.amount('temps_own'), pg_temp.amount('temps_with_live'), pg_temp.amount('temps_live'),
  pg_temp.amount('temps_stray'), pg_temp.amount('temps_young');

CREATE OR REPLACE FUNCTION pg_temp.temp_path(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT pg_temp.round() || '/' || lpad(to_hex(n % 100), 2, '0') || '/part-' || n || '.tmp'
$$;

CREATE OR REPLACE FUNCTION pg_temp.output_path(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT pg_temp.round() || '/result-' || n || '.zip'
$$;

INSERT INTO jobs (id, status, parameters, temp_path, output_path, created_at)
SELECT
  'job-' || pg_temp.round() || '-' || i,
  CASE
    WHEN i <= go THEN (ARRAY['finished', 'failed'])[1 + pg_temp.pick(i, 1, 2)]
    ELSE (ARRAY['finished', 'running', 'queued', 'failed'])[1 + i % 4]
  END,
  jsonb_build_object('queue', 'default', 'priority', pg_temp.pick(i, 2, 10)),
  CASE
    WHEN i <= own + with_live THEN pg_temp.temp_path(i)
    WHEN i > go AND i <= go + with_live + live THEN pg_temp.temp_path(i - go + own)
  END,
  CASE
    WHEN i <= pg_temp.amount('outputs') THEN pg_temp.output_path(i)
  END,
  CASE
    WHEN i <= go OR i % 4 = 1 THEN pg_temp.days_ago(i, 8, 60)
    WHEN i % 4 = 2 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 5)
  END
FROM temps, pg_temp.amount('jobs_go') go,
  pg_temp.mixed(pg_temp.amount('jobs_go') + pg_temp.amount('jobs_stay')) i;

INSERT INTO job_logs (job_id, line, logged_at)
SELECT
  'job-' || pg_temp.round() || '-' || CASE
    WHEN i <= pg_temp.amount('job_logs_go') THEN 1 + pg_temp.pick(i, 1, jobs_go)
    ELSE 1 + jobs_go + pg_temp.pick(i, 1, pg_temp.amount('jobs_stay'))
  END,
  'step ' || i || ' took ' || pg_temp.pick(i, 2, 90000) || ' ms',
  pg_temp.days_ago(i, 0, 60)
FROM pg_temp.amount('jobs_go') jobs_go,
  pg_temp.mixed(pg_temp.amount('job_logs_go') + pg_temp.amount('job_logs_stay')) i;

-- Whatever a job still names is younger than the strays' seven days: age alone must not take it.
INSERT INTO planted_file (store, path, bytes, modified)
SELECT 'job-temp', pg_temp.temp_path(n), pg_temp.file_size(n),
  CASE
    WHEN n > own + with_live + live AND n <= own + with_live + live + strays
      THEN pg_temp.days_ago(n, 9, 60)
    ELSE pg_temp.days_ago(n, 0, 5)
  END
FROM temps, generate_series(1, own + with_live + live + strays + young) n;

INSERT INTO planted_file (store, path, bytes, modified)
SELECT 'job-output', pg_temp.output_path(n), pg_temp.file_size(-n), pg_temp.days_ago(n, 8, 60)
FROM generate_series(1, pg_temp.amount('outputs')) n;
