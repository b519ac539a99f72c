CREATE INDEX ON signal_outcomes (signal_id);
ALTER TABLE signal_outcomes ADD FOREIGN KEY (signal_id) REFERENCES signals;
