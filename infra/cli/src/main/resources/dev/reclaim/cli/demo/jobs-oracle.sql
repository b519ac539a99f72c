SELECT oracle.watch('jobs', 'jobs', 't.id::text', $$
  CASE WHEN t.status IN ('finished', 'failed') THEN t.created_at + interval '7 days' END $$,
  label => $$ 'status=' || t.status $$);
SELECT oracle.watch('job_logs', 'jobs', 't.id::text', $$
  SELECT j.created_at + interval '7 days' FROM jobs j
  WHERE j.id = t.job_id AND j.status IN ('finished', 'failed') $$,
  label => $$ SELECT 'status=' || j.status FROM jobs j WHERE j.id = t.job_id $$);

CREATE TEMP TABLE named AS
SELECT path, CASE WHEN bool_and(due_at IS NOT NULL) THEN max(due_at) END AS due_at,
  min(label) AS label
FROM (
  SELECT j.temp_path AS path, o.due_at, o.label FROM jobs j JOIN oracle.jobs o ON o.key = j.id
) naming
GROUP BY path;

UPDATE oracle.file f
SET policy = 'jobs', due_at = n.due_at, label = n.label
FROM named n
WHERE f.store = 'job-temp' AND n.path = f.path;

-- A temporary file goes at seven days whoever names it, and earlier with its job.
UPDATE oracle.file
SET policy = CASE WHEN policy = '' THEN 'temporary-files' ELSE policy END,
  due_at = least(due_at, modified + interval '7 days')
WHERE store = 'job-temp';

DROP TABLE named;
UPDATE oracle.file SET fate = oracle.fate(due_at, 'go');
