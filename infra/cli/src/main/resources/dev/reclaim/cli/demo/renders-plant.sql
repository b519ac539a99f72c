-- Clips are numbered from 1: those that go with their job; those an asset names too; those a live
-- job names too; those of live jobs alone; orphans; orphans that are too young.
CREATE TEMP TABLE IF NOT EXISTS clips (
  own bigint, with_asset bigint, with_live bigint, live bigint, orphans bigint, young bigint
);
TRUNCATE clips;
INSERT INTO clips
SELECT
  pg_temp.amount('clips_own'), pg_temp.amount('clips_with_asset'), pg_temp.amount('clips_with_live'),
  pg_temp.amount('clips_live'), pg_temp.amount('clips_orphan'), pg_temp.amount('clips_young');

-- One clip in ten has a name that a URL cannot carry as it is.
CREATE OR REPLACE FUNCTION pg_temp.clip(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'clips/' || pg_temp.round() || '/' || CASE n % 40
    WHEN 1 THEN 'Take ' || n || ' final.mp4'
    WHEN 2 THEN current_setting('demo.umlaut') || 'berblick ' || n || '.mp4'
    WHEN 3 THEN '100% ' || n || '.mp4'
    WHEN 4 THEN 'a+b ' || n || '.mp4'
    ELSE md5('clip' || n) || '-' || n || '.mp4'
  END
$$;

CREATE OR REPLACE FUNCTION pg_temp.clip_in_url(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'renders/clips/' || pg_temp.round() || '/' || CASE n % 40
    WHEN 1 THEN 'Take%20' || n || '%20final.mp4'
    WHEN 2 THEN current_setting('demo.umlaut_in_url') || 'berblick%20' || n || '.mp4'
    WHEN 3 THEN '100%25%20' || n || '.mp4'
    WHEN 4 THEN 'a+b%20' || n || '.mp4'
    ELSE md5('clip' || n) || '-' || n || '.mp4'
  END
$$;

CREATE OR REPLACE FUNCTION pg_temp.clip_url(n bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'https://demo.supabase.co/storage/v1/object/public/' || pg_temp.clip_in_url(n)
$$;

-- Jobs 1 to go are expired: each with its own clip; twins, two jobs with one clip; with a clip that
-- is still needed; with a clip that is gone already; with none. The others are live in six ways.
INSERT INTO render_jobs (id, status, settings, output_url, created_at)
SELECT
  pg_temp.identity('render', i),
  CASE
    WHEN i <= go THEN 'completed'
    ELSE (ARRAY['completed', 'processing', 'failed', 'completed', 'completed', 'queued'])[1 + i % 6]
  END,
  jsonb_build_object('codec', 'h264', 'width', 1920, 'frames', pg_temp.pick(i, 1, 9000)),
  CASE
    WHEN i <= own + with_asset + with_live THEN pg_temp.clip_url(i)
    WHEN i <= own + with_asset + with_live + own / 20
      THEN pg_temp.clip_url(i - own - with_asset - with_live)
    WHEN i <= go AND i % 10 = 0
      THEN 'https://demo.supabase.co/storage/v1/object/public/renders/gone/'
        || pg_temp.round() || '/' || i || '.mp4'
    WHEN i <= go THEN NULL
    WHEN i <= go + with_live + live THEN pg_temp.clip_url(i - go + own + with_asset)
  END,
  CASE
    WHEN i <= go THEN pg_temp.ago(i, 2 * 3600, 60 * 86400)
    WHEN i % 6 IN (0, 5) THEN pg_temp.ago(i, 0, 600)
    WHEN i % 6 = 4 THEN NULL
    ELSE pg_temp.ago(i, 2 * 3600, 60 * 86400)
  END
FROM clips, pg_temp.amount('render_jobs_go') go,
  pg_temp.mixed(pg_temp.amount('render_jobs_go') + pg_temp.amount('render_jobs_stay')) i;

-- What users keep: a job by its id, a clip by its URL (public or signed), or something else.
INSERT INTO user_assets (owner, file_url, metadata)
SELECT 'user-' || pg_temp.pick(i, 5, 500), NULL,
  jsonb_build_object('render_job_id', pg_temp.identity('render', i), 'title', 'Cut ' || i)
FROM pg_temp.amount('render_jobs_go') go,
  generate_series(go + 1, go + pg_temp.amount('render_jobs_stay')) i
WHERE i % 6 = 3;

INSERT INTO user_assets (owner, file_url, metadata)
SELECT 'user-' || pg_temp.pick(n, 5, 500),
  CASE
    WHEN n % 4 = 0
      THEN 'https://demo.supabase.co/storage/v1/object/sign/' || pg_temp.clip_in_url(n) || '?token=t' || n
    ELSE pg_temp.clip_url(n)
  END,
  jsonb_build_object('title', 'Clip ' || n)
FROM clips, generate_series(own + 1, own + with_asset) n;

-- Avatars lie in another bucket: the column that policies read names only clips.
INSERT INTO user_assets (owner, file_url, metadata)
SELECT 'user-' || i, NULL,
  jsonb_build_object('avatar', 'avatars/' || pg_temp.round() || '/' || i || '.png')
FROM generate_series(1, 20) i;

-- A clip that goes with its job is younger than the orphans' 24 hours, so that it can only go so.
INSERT INTO planted_file (store, path, bytes, modified)
SELECT 'renders', pg_temp.clip(n), pg_temp.file_size(n),
  CASE
    WHEN n <= own THEN pg_temp.ago(n, 2 * 3600, 18 * 3600)
    WHEN n <= own + with_asset + with_live + live THEN pg_temp.days_ago(n, 2, 40)
    WHEN n <= own + with_asset + with_live + live + orphans THEN pg_temp.days_ago(n, 2, 90)
    ELSE pg_temp.ago(n, 0, 6 * 3600)
  END
FROM clips, generate_series(1, own + with_asset + with_live + live + orphans + young) n;
