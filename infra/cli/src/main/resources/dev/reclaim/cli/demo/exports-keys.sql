CREATE INDEX ON export_logs (file_url);
