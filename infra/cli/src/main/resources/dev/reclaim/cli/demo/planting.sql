-- What every planting script stands on. Lives in pg_temp: gone with the session.
-- All "randomness" is a hash of a row's number, so the same amounts give the same rows.

CREATE OR REPLACE FUNCTION pg_temp.amount(name text) RETURNS bigint
  LANGUAGE sql STABLE AS $$ SELECT current_setting('demo.' || name)::bigint $$;

CREATE OR REPLACE FUNCTION pg_temp.round() RETURNS text
  LANGUAGE sql STABLE AS $$ SELECT 'r' || current_setting('demo.round') $$;

-- A number from 0 to n - 1 for row i; salt tells the columns of one row apart.
CREATE OR REPLACE FUNCTION pg_temp.pick(i bigint, salt bigint, n bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, salt) & 9007199254740991) % n $$;

-- A moment between the two ages, given in seconds.
CREATE OR REPLACE FUNCTION pg_temp.ago(i bigint, youngest bigint, oldest bigint) RETURNS timestamptz
  LANGUAGE sql STABLE AS $$
    SELECT now() - make_interval(secs => youngest + pg_temp.pick(i, 77, oldest - youngest))
  $$;

CREATE OR REPLACE FUNCTION pg_temp.days_ago(i bigint, youngest bigint, oldest bigint)
  RETURNS timestamptz
  LANGUAGE sql STABLE AS $$ SELECT pg_temp.ago(i, youngest * 86400, oldest * 86400) $$;

CREATE OR REPLACE FUNCTION pg_temp.identity(kind text, i bigint) RETURNS uuid
  LANGUAGE sql STABLE AS $$ SELECT md5(kind || pg_temp.round() || '/' || i)::uuid $$;

-- 1 to n in an order that mixes what must go with what must stay in every block of the heap.
CREATE OR REPLACE FUNCTION pg_temp.mixed(n bigint) RETURNS SETOF bigint
  LANGUAGE sql STABLE AS $$
    SELECT i FROM generate_series(1, n) i ORDER BY hashint8extended(i, 4711), i
  $$;

-- Files to write once the rows stand.
CREATE TEMP TABLE IF NOT EXISTS planted_file (
  store text NOT NULL,
  path text NOT NULL,
  bytes int NOT NULL,
  modified timestamptz NOT NULL
);
TRUNCATE planted_file;

CREATE OR REPLACE FUNCTION pg_temp.file_size(i bigint) RETURNS int
  LANGUAGE sql IMMUTABLE AS $$ SELECT 100 + pg_temp.pick(i, 88, 8093)::int $$;
