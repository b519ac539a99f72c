CREATE INDEX ON render_jobs (output_url);
CREATE INDEX ON user_assets (file_url);
CREATE INDEX ON user_assets ((metadata ->> 'render_job_id'));
