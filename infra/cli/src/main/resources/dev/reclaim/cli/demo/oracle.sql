-- What must go, said before the run, and what did go, seen after it. Knows the sample tables by
-- their conditions written here by hand; the policy file is never read.
DROP SCHEMA IF EXISTS oracle CASCADE;
CREATE SCHEMA oracle;

-- Every table of the application. A marked table's rows are not deleted: marked says how one looks
-- afterwards, content what of it must not have changed meanwhile.
CREATE TABLE oracle.watched (
  name text PRIMARY KEY,
  policy text NOT NULL,
  key text NOT NULL,
  marked text NOT NULL,
  content text NOT NULL
);

-- Every file of every store of this database, as listed before the run.
CREATE UNLOGGED TABLE oracle.file (
  store text NOT NULL,
  path text NOT NULL,
  url text NOT NULL,
  bytes bigint NOT NULL,
  modified timestamptz NOT NULL,
  policy text NOT NULL DEFAULT '',
  due_at timestamptz,
  fate text NOT NULL DEFAULT 'stay',
  label text
);

-- The same, as listed after the run.
CREATE UNLOGGED TABLE oracle.file_after (LIKE oracle.file INCLUDING DEFAULTS);

-- Fates: go; mark; stay; soon, for what falls due while the run may last and may do either.
CREATE FUNCTION oracle.fate(due_at timestamptz, at_once text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN due_at <= now() THEN at_once
    WHEN due_at <= now() + interval '15 minutes' THEN 'soon'
    ELSE 'stay'
  END
$$;

-- The sum of the stored sizes of a row's columns, as an expression over t.
CREATE FUNCTION oracle.bytes_of(name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(format('coalesce(pg_column_size(t.%I), 0)', attname), ' + ')
  FROM pg_attribute
  WHERE attrelid = ('public.' || quote_ident(name))::regclass AND attnum > 0 AND NOT attisdropped
$$;

-- Writes down a table: every row's key, bytes, version (any UPDATE changes xmin), and when it is
-- due. key, due, marked and label are SQL over t; a label is written as name=value.
CREATE FUNCTION oracle.watch(
  name text, policy text, key text, due text DEFAULT 'NULL', marked text DEFAULT '',
  label text DEFAULT 'NULL')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  content text := CASE WHEN marked = '' THEN 'NULL' ELSE 'md5((to_jsonb(t) - ''status'')::text)' END;
BEGIN
  INSERT INTO oracle.watched
    VALUES (name, policy, key, CASE WHEN marked = '' THEN 'false' ELSE marked END, content);
  EXECUTE format(
    'CREATE UNLOGGED TABLE oracle.%I AS
     SELECT key, bytes, version, content, due_at, oracle.fate(due_at, %L) AS fate, label
     FROM (
       SELECT %s AS key, %s AS bytes, t.xmin::text AS version, %s AS content,
         (%s)::timestamptz AS due_at, (%s)::text AS label
       FROM public.%I t
     ) seen',
    name, CASE WHEN marked = '' THEN 'go' ELSE 'mark' END,
    key, oracle.bytes_of(name), content, due, label, name);
END
$$;

-- One line for a table: what had to go, what went, what went wrong.
CREATE FUNCTION oracle.compare_rows(watched oracle.watched) RETURNS TABLE (
  policy text, planted bigint, planted_bytes bigint, deleted bigint, deleted_bytes bigint,
  marked bigint, wrong bigint, left_behind bigint)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT %L,
       count(*) FILTER (WHERE fate = ''go'' OR fate = ''soon'' AND gone),
       coalesce(sum(bytes) FILTER (WHERE fate = ''go'' OR fate = ''soon'' AND gone), 0)::bigint,
       count(*) FILTER (WHERE gone),
       coalesce(sum(bytes) FILTER (WHERE gone), 0)::bigint,
       count(*) FILTER (WHERE NOT gone AND touched AND marked),
       count(*) FILTER (WHERE
         fate = ''stay'' AND (gone OR touched)
         OR fate = ''soon'' AND NOT gone AND touched AND NOT marked
         OR fate = ''mark'' AND (gone OR altered)
         OR fate = ''soon'' AND gone AND content IS NOT NULL),
       count(*) FILTER (WHERE fate = ''go'' AND NOT gone OR fate = ''mark'' AND NOT gone AND NOT marked)
     FROM (
       SELECT b.fate, b.bytes, b.content, l.key IS NULL AS gone, b.version <> l.version AS touched,
         b.content IS DISTINCT FROM l.content AS altered, coalesce(l.marked, false) AS marked
       FROM oracle.%I b
       LEFT JOIN (
         SELECT %s AS key, t.xmin::text AS version, %s AS content, %s AS marked FROM public.%I t
       ) l ON l.key = b.key
     ) compared',
    watched.policy, watched.name, watched.key, watched.content, watched.marked, watched.name);
END
$$;

-- One line for a policy: files that had to go, files that went. A file that changed is a wrong one.
CREATE VIEW oracle.compared_files AS
SELECT
  policy,
  count(*) FILTER (WHERE fate = 'go' OR fate = 'soon' AND gone) AS planted,
  coalesce(sum(bytes) FILTER (WHERE fate = 'go' OR fate = 'soon' AND gone), 0)::bigint
    AS planted_bytes,
  count(*) FILTER (WHERE gone) AS deleted,
  coalesce(sum(bytes) FILTER (WHERE gone), 0)::bigint AS deleted_bytes,
  0::bigint AS marked,
  count(*) FILTER (WHERE fate = 'stay' AND gone OR changed) AS wrong,
  count(*) FILTER (WHERE fate = 'go' AND NOT gone) AS left_behind
FROM (
  SELECT b.policy, b.fate, b.bytes, a.path IS NULL AS gone,
    a.path IS NOT NULL AND (a.bytes, a.modified) IS DISTINCT FROM (b.bytes, b.modified) AS changed
  FROM oracle.file b LEFT JOIN oracle.file_after a USING (store, path)
) compared
GROUP BY policy;

-- What went of a table, by its rows' labels.
CREATE FUNCTION oracle.labelled_rows(watched oracle.watched) RETURNS TABLE (
  policy text, label text, deleted bigint, deleted_bytes bigint)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT %L, b.label, count(*), sum(b.bytes)::bigint
     FROM oracle.%I b
     WHERE b.label IS NOT NULL AND b.key NOT IN (SELECT %s FROM public.%I t)
     GROUP BY b.label',
    watched.policy, watched.name, watched.key, watched.name);
END
$$;

-- And what went of the files, by the labels of the rows that named them.
CREATE VIEW oracle.labelled_files AS
SELECT b.policy, b.label, count(*) AS deleted, sum(b.bytes)::bigint AS deleted_bytes
FROM oracle.file b LEFT JOIN oracle.file_after a USING (store, path)
WHERE b.label IS NOT NULL AND a.path IS NULL
GROUP BY b.policy, b.label;
