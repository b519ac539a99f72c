-- A video platform: what it worked out about images, what it remembers of a project, its drafts.
CREATE TABLE projects (
  id uuid PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE image_analysis (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id uuid NOT NULL,
  image_url text NOT NULL,
  labels jsonb NOT NULL,
  created_at timestamptz
);

CREATE TABLE project_memory (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  memory_type text,
  content text NOT NULL,
  created_at timestamptz
);

CREATE TABLE scene_iterations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id uuid NOT NULL,
  scene int NOT NULL,
  code text NOT NULL,
  created_at timestamptz
);
