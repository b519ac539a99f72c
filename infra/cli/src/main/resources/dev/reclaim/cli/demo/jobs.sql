-- A job system: jobs with their logs, a temporary file each, and outputs that nobody cleans.
CREATE TABLE jobs (
  id text PRIMARY KEY,
  status text NOT NULL,
  parameters jsonb NOT NULL,
  temp_path text,
  output_path text,
  created_at timestamptz
);

CREATE TABLE job_logs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id text NOT NULL,
  line text NOT NULL,
  logged_at timestamptz NOT NULL
);
