CREATE INDEX ON image_analysis (project_id);
CREATE INDEX ON project_memory (project_id);
CREATE INDEX ON scene_iterations (project_id);
ALTER TABLE image_analysis ADD FOREIGN KEY (project_id) REFERENCES projects;
ALTER TABLE project_memory ADD FOREIGN KEY (project_id) REFERENCES projects;
ALTER TABLE scene_iterations ADD FOREIGN KEY (project_id) REFERENCES projects;
