CREATE INDEX ON jobs (temp_path);
CREATE INDEX ON job_logs (job_id);
ALTER TABLE job_logs ADD FOREIGN KEY (job_id) REFERENCES jobs ON DELETE CASCADE;
