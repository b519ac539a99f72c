SELECT oracle.watch(
  'stream_data', 'stream-data', 't.id::text', 't.received_at + interval ''30 days''');
SELECT oracle.watch('signals', 'signals', 't.id::text', $$
  CASE WHEN t.status <> 'open' THEN t.created_at + interval '365 days' END $$);
SELECT oracle.watch('signal_outcomes', 'signals', 't.id::text', $$
  SELECT s.created_at + interval '365 days' FROM signals s
  WHERE s.id = t.signal_id AND s.status <> 'open' $$);
SELECT oracle.watch(
  'feature_snapshot_versions', 'feature-snapshots', 't.feature_set || ''/'' || t.version', $$
  CASE WHEN t.stage <> 'production' THEN t.created_at + interval '180 days' END $$);
