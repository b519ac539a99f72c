SELECT oracle.watch('projects', '', 't.id::text');
SELECT oracle.watch(
  'image_analysis', 'image-analysis', 't.id::text', 't.created_at + interval ''30 days''');
SELECT oracle.watch('project_memory', 'conversation-context', 't.id::text', $$
  CASE WHEN t.memory_type IN ('conversation_context', 'temporary_note', 'session_data')
    THEN t.created_at + interval '90 days' END $$,
  label => $$ 'type=' || t.memory_type $$);
SELECT oracle.watch(
  'scene_iterations', 'scene-iterations', 't.id::text', 't.created_at + interval ''60 days''');
