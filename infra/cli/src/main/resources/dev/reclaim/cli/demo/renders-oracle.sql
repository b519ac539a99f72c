SELECT oracle.watch('user_assets', '', 't.id::text');
SELECT oracle.watch('render_jobs', 'render-jobs', 't.id::text', $$
  CASE WHEN t.status = 'completed' AND t.id::text NOT IN (
    SELECT a.metadata ->> 'render_job_id' FROM user_assets a WHERE a.metadata ? 'render_job_id')
    THEN t.created_at + interval '1 hour' END $$);

-- A clip is needed for as long as any row that stays names it.
CREATE TEMP TABLE named AS
SELECT url, CASE WHEN bool_and(due_at IS NOT NULL) THEN max(due_at) END AS due_at
FROM (
  SELECT j.output_url AS url, o.due_at
  FROM render_jobs j JOIN oracle.render_jobs o ON o.key = j.id::text
  UNION ALL
  SELECT split_part(replace(file_url, '/object/sign/', '/object/public/'), '?', 1), NULL
  FROM user_assets
) naming
GROUP BY url;

UPDATE oracle.file f
SET policy = 'render-jobs', due_at = n.due_at
FROM named n
WHERE n.url = 'https://demo.supabase.co/storage/v1/object/public/renders/' || f.url;

UPDATE oracle.file SET policy = 'orphaned-renders', due_at = modified + interval '24 hours'
WHERE policy = '';

DROP TABLE named;
UPDATE oracle.file SET fate = oracle.fate(due_at, 'go');
