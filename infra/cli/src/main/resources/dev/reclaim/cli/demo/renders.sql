-- A render platform: jobs with the clip each made, and the clips users keep.
CREATE TABLE render_jobs (
  id uuid PRIMARY KEY,
  status text NOT NULL,
  settings jsonb NOT NULL,
  output_url text,
  created_at timestamptz
);

CREATE TABLE user_assets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner text NOT NULL,
  file_url text,
  metadata jsonb NOT NULL
);
