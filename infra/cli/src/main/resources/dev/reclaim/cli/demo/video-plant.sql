INSERT INTO projects (id, name)
SELECT pg_temp.identity('project', i), 'Project ' || i
FROM generate_series(0, 99) i;

INSERT INTO image_analysis (project_id, image_url, labels, created_at)
SELECT
  pg_temp.identity('project', pg_temp.pick(i, 1, 100)),
  'https://cdn.demo.example/frames/' || md5(i::text) || '.jpg',
  jsonb_build_object('objects', jsonb_build_array('person', 'tree'), 'score', pg_temp.pick(i, 2, 1000)),
  CASE
    WHEN i <= pg_temp.amount('image_analysis_go') THEN pg_temp.days_ago(i, 33, 200)
    WHEN i % 20 = 0 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 25)
  END
FROM pg_temp.mixed(pg_temp.amount('image_analysis_go') + pg_temp.amount('image_analysis_stay')) i;

-- One in 500 is long enough to live in the TOAST table.
INSERT INTO project_memory (id, project_id, memory_type, content, created_at)
SELECT
  pg_temp.identity('memory', i),
  pg_temp.identity('project', pg_temp.pick(i, 1, 100)),
  CASE
    WHEN i <= go OR i % 5 = 0
      THEN (ARRAY['conversation_context', 'temporary_note', 'session_data'])[1 + pg_temp.pick(i, 2, 3)]
    WHEN i % 50 = 1 THEN NULL
    ELSE (ARRAY['user_preference', 'scene_style', 'project_settings'])[1 + pg_temp.pick(i, 2, 3)]
  END,
  CASE
    WHEN i % 500 = 3
      THEN (SELECT string_agg(md5(i::text || k), ' ') FROM generate_series(1, 150) k)
    ELSE repeat('remember ' || i || '; ', 1 + pg_temp.pick(i, 3, 12)::int)
  END,
  CASE
    WHEN i <= go THEN pg_temp.days_ago(i, 95, 400)
    WHEN i % 50 = 5 THEN NULL
    WHEN i % 5 = 0 THEN pg_temp.days_ago(i, 0, 80)
    ELSE pg_temp.days_ago(i, 0, 400)
  END
FROM pg_temp.amount('project_memory_go') go,
  pg_temp.mixed(pg_temp.amount('project_memory_go') + pg_temp.amount('project_memory_stay')) i;

INSERT INTO scene_iterations (project_id, scene, code, created_at)
SELECT
  pg_temp.identity('project', pg_temp.pick(i, 1, 100)),
  pg_temp.pick(i, 2, 40),
  'export const scene = () => "' || repeat(md5(i::text), 1 + pg_temp.pick(i, 3, 8)::int) || '";',
  CASE
    WHEN i <= pg_temp.amount('scene_iterations_go') THEN pg_temp.days_ago(i, 65, 300)
    WHEN i % 20 = 0 THEN NULL
    ELSE pg_temp.days_ago(i, 0, 50)
  END
FROM pg_temp.mixed(pg_temp.amount('scene_iterations_go') + pg_temp.amount('scene_iterations_stay')) i;
