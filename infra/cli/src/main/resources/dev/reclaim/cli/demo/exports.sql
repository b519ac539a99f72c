-- An export service: what was exported, until when it may be fetched, and who did what.
CREATE TABLE export_logs (
  id uuid PRIMARY KEY,
  requested_by text NOT NULL,
  status text NOT NULL,
  file_url text,
  options jsonb NOT NULL,
  expires_at timestamptz
);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor text NOT NULL,
  action text NOT NULL,
  details jsonb NOT NULL,
  created_at timestamptz
);
