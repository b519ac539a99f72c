-- Orphans that scans have found so far, where a policy asks for several sightings. Replaced as a whole by each complete
-- scan, so that it holds the orphans of the last one and nothing else.
CREATE TABLE sighting (
  policy  text  NOT NULL,
  run     text  NOT NULL,
  part    int   NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (policy, run, part)
);
COMMENT ON COLUMN sighting.entries IS 'nine bytes each: fingerprint of path, tag and time of modification; scans in a row, up to 100';

-- Whose sightings count: those of the last scan that was complete.
CREATE TABLE sighting_scan (
  policy       text        PRIMARY KEY,
  run          text        NOT NULL,
  completed_at timestamptz NOT NULL DEFAULT now()
);

-- Files that an unfinished run has claimed, so that whoever goes on with it does not claim them again.
CREATE TABLE run_claimed_file (
  run          text  NOT NULL REFERENCES run (id),
  pass         int   NOT NULL,
  fingerprints bytea NOT NULL
);
CREATE INDEX run_claimed_file_run ON run_claimed_file (run, pass);
COMMENT ON COLUMN run_claimed_file.fingerprints IS 'eight bytes each, of a path';
