-- A trading platform: the raw stream, signals with what became of them, versions of features.
CREATE TABLE stream_data (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  symbol text NOT NULL,
  payload jsonb NOT NULL,
  received_at timestamptz
);

CREATE TABLE signals (
  id uuid PRIMARY KEY,
  symbol text NOT NULL,
  status text NOT NULL,
  strength numeric(8, 4) NOT NULL,
  created_at timestamptz
);

CREATE TABLE signal_outcomes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  signal_id uuid NOT NULL,
  profit numeric(12, 2) NOT NULL,
  details jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);

CREATE TABLE feature_snapshot_versions (
  feature_set text NOT NULL,
  version int NOT NULL,
  stage text NOT NULL,
  features jsonb NOT NULL,
  created_at timestamptz,
  PRIMARY KEY (feature_set, version)
);
