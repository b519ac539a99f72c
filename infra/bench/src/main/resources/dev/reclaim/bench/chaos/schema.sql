CREATE TABLE sessions (
  id      bigint PRIMARY KEY,
  seen_at timestamptz NOT NULL,
  data    text
);
CREATE TABLE jobs (
  id         bigint PRIMARY KEY,
  status     text NOT NULL,
  format     text NOT NULL,
  created_at timestamptz NOT NULL,
  output_url text
);
CREATE INDEX ON jobs (output_url);
CREATE TABLE logs (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
  line   text
);
CREATE INDEX ON logs (job_id);
-- No foreign key: who makes an asset locks the job, as a foreign key would.
CREATE TABLE assets (
  id       bigint PRIMARY KEY,
  job_id   bigint,
  file_url text
);
CREATE INDEX ON assets (job_id);
CREATE INDEX ON assets (file_url);

-- Generic plans only: in a plan for known values these are unpacked, and measured with three bytes more.
-- What really happened, written by whoever it happened to, in the same transaction.
CREATE TABLE planted (
  tbl   text   NOT NULL,
  key   bigint NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (tbl, key)
);
CREATE TABLE gone (
  tbl   text        NOT NULL,
  key   bigint      NOT NULL,
  bytes bigint      NOT NULL,
  due   boolean     NOT NULL,
  file  text,
  at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  ours  boolean     NOT NULL DEFAULT current_setting('application_name') = 'chaos-application',
  PRIMARY KEY (tbl, key)
);
CREATE INDEX ON gone (file);

CREATE FUNCTION session_planted() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO planted VALUES ('sessions', NEW.id,
    coalesce(pg_column_size(NEW.id), 0) + coalesce(pg_column_size(NEW.seen_at), 0) + coalesce(pg_column_size(NEW.data), 0));
  RETURN NULL;
END $$;
CREATE FUNCTION session_gone() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO gone (tbl, key, bytes, due) VALUES ('sessions', OLD.id,
    coalesce(pg_column_size(OLD.id), 0) + coalesce(pg_column_size(OLD.seen_at), 0) + coalesce(pg_column_size(OLD.data), 0),
    OLD.seen_at <= now() - interval '24 hours');
  RETURN NULL;
END $$;
CREATE FUNCTION job_planted() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO planted VALUES ('jobs', NEW.id,
    coalesce(pg_column_size(NEW.id), 0) + coalesce(pg_column_size(NEW.status), 0) + coalesce(pg_column_size(NEW.format), 0)
      + coalesce(pg_column_size(NEW.created_at), 0) + coalesce(pg_column_size(NEW.output_url), 0));
  RETURN NULL;
END $$;
CREATE FUNCTION job_gone() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO gone (tbl, key, bytes, due, file) VALUES ('jobs', OLD.id,
    coalesce(pg_column_size(OLD.id), 0) + coalesce(pg_column_size(OLD.status), 0) + coalesce(pg_column_size(OLD.format), 0)
      + coalesce(pg_column_size(OLD.created_at), 0) + coalesce(pg_column_size(OLD.output_url), 0),
    OLD.status = 'completed' AND OLD.created_at <= now() - interval '24 hours'
      AND NOT EXISTS (SELECT 1 FROM assets WHERE job_id = OLD.id),
    OLD.output_url);
  RETURN NULL;
END $$;
CREATE FUNCTION log_planted() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO planted VALUES ('logs', NEW.id,
    coalesce(pg_column_size(NEW.id), 0) + coalesce(pg_column_size(NEW.job_id), 0) + coalesce(pg_column_size(NEW.line), 0));
  RETURN NULL;
END $$;
CREATE FUNCTION log_gone() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO gone (tbl, key, bytes, due) VALUES ('logs', OLD.id,
    coalesce(pg_column_size(OLD.id), 0) + coalesce(pg_column_size(OLD.job_id), 0) + coalesce(pg_column_size(OLD.line), 0), true);
  RETURN NULL;
END $$;
-- No policy is about assets: nobody but the application may delete one.
CREATE FUNCTION asset_gone() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO gone (tbl, key, bytes, due, file) VALUES ('assets', OLD.id, 0, false, OLD.file_url);
  RETURN NULL;
END $$;

CREATE TRIGGER planted AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION session_planted();
CREATE TRIGGER gone AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION session_gone();
CREATE TRIGGER planted AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION job_planted();
CREATE TRIGGER gone AFTER DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION job_gone();
CREATE TRIGGER planted AFTER INSERT ON logs FOR EACH ROW EXECUTE FUNCTION log_planted();
CREATE TRIGGER gone AFTER DELETE ON logs FOR EACH ROW EXECUTE FUNCTION log_gone();
CREATE TRIGGER gone AFTER DELETE ON assets FOR EACH ROW EXECUTE FUNCTION asset_gone();
