SELECT oracle.watch(
  'export_logs', 'export-logs', 't.id::text',
  'CASE WHEN t.status <> ''expired'' THEN t.expires_at + interval ''24 hours'' END',
  't.status = ''expired''');
SELECT oracle.watch('audit_log', 'audit-log', 't.id::text', 't.created_at + interval ''30 days''');

-- Only a row that is being marked lets its file go; one marked long ago neither asks nor needs.
CREATE TEMP TABLE named AS
SELECT path, CASE WHEN bool_and(due_at IS NOT NULL) THEN max(due_at) END AS due_at
FROM (
  SELECT regexp_replace(e.file_url, '^(s3:/|https?://[^/]*)/exports/', '') AS path, o.due_at
  FROM export_logs e JOIN oracle.export_logs o ON o.key = e.id::text
  WHERE e.status <> 'expired'
) naming
GROUP BY path;

UPDATE oracle.file f
SET policy = 'export-logs', due_at = n.due_at
FROM named n
WHERE n.path = f.path;

DROP TABLE named;
UPDATE oracle.file SET fate = oracle.fate(due_at, 'go');
