INSERT INTO stream_data (symbol, payload, received_at)
SELECT
  (ARRAY['BTC-USD', 'ETH-USD', 'SOL-USD', 'EUR-USD'])[1 + pg_temp.pick(i, 1, 4)],
  jsonb_build_object('bid', pg_temp.pick(i, 2, 100000), 'ask', pg_temp.pick(i, 3, 100000), 'seq', i),
  CASE
    WHEN i <= pg_temp.amount('stream_data_go') THEN pg_temp.days_ago(i, 33, 200)
    WHEN i % 20 = 0 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 25)
  END
FROM pg_temp.mixed(pg_temp.amount('stream_data_go') + pg_temp.amount('stream_data_stay')) i;

-- An open signal stays however old it is.
INSERT INTO signals (id, symbol, status, strength, created_at)
SELECT
  pg_temp.identity('signal', i),
  (ARRAY['BTC-USD', 'ETH-USD', 'SOL-USD', 'EUR-USD'])[1 + pg_temp.pick(i, 1, 4)],
  CASE
    WHEN i > go AND i % 3 = 0 THEN 'open'
    ELSE (ARRAY['closed', 'cancelled'])[1 + pg_temp.pick(i, 2, 2)]
  END,
  pg_temp.pick(i, 3, 10000) / 10000.0,
  CASE
    WHEN i <= go THEN pg_temp.days_ago(i, 370, 900)
    WHEN i % 3 = 0 THEN pg_temp.days_ago(i, 0, 900)
    WHEN i % 30 = 1 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 340)
  END
FROM pg_temp.amount('signals_go') go,
  pg_temp.mixed(pg_temp.amount('signals_go') + pg_temp.amount('signals_stay')) i;

-- An outcome goes with its signal, whatever its own date.
INSERT INTO signal_outcomes (signal_id, profit, details, recorded_at)
SELECT
  pg_temp.identity(
    'signal',
    CASE
      WHEN i <= pg_temp.amount('signal_outcomes_go') THEN 1 + pg_temp.pick(i, 1, signals_go)
      ELSE 1 + signals_go + pg_temp.pick(i, 1, pg_temp.amount('signals_stay'))
    END),
  pg_temp.pick(i, 2, 200000) / 100.0 - 1000,
  jsonb_build_object('venue', 'demo', 'legs', pg_temp.pick(i, 3, 5)),
  pg_temp.days_ago(i, 0, 360)
FROM pg_temp.amount('signals_go') signals_go,
  pg_temp.mixed(pg_temp.amount('signal_outcomes_go') + pg_temp.amount('signal_outcomes_stay')) i;

INSERT INTO feature_snapshot_versions (feature_set, version, stage, features, created_at)
SELECT
  'set-' || pg_temp.round() || '-' || i / 50,
  i % 50,
  CASE
    WHEN i > go AND i % 3 = 0 THEN 'production'
    ELSE (ARRAY['candidate', 'retired'])[1 + pg_temp.pick(i, 1, 2)]
  END,
  jsonb_build_object('mean', pg_temp.pick(i, 2, 1000), 'window', jsonb_build_array(5, 15, 60)),
  CASE
    WHEN i <= go THEN pg_temp.days_ago(i, 185, 500)
    WHEN i % 3 = 0 THEN pg_temp.days_ago(i, 0, 500)
    WHEN i % 30 = 1 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 160)
  END
FROM pg_temp.amount('feature_snapshot_versions_go') go,
  pg_temp.mixed(
    pg_temp.amount('feature_snapshot_versions_go')
      + pg_temp.amount('feature_snapshot_versions_stay')) i;
