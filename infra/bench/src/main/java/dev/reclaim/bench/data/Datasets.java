package dev.reclaim.bench.data;

import java.util.List;

/** The tables of the benchmark. Half of the jobs have expired where nothing else is said. */
public final class Datasets {
  static final int LOGS_PER_JOB = 3;

  private static final String JOBS =
      """
      CREATE TABLE jobs (id bigint NOT NULL, created_at timestamptz NOT NULL, status text NOT NULL,
                         payload text NOT NULL)
      """;

  private static final String LOGS =
      "CREATE TABLE logs (id bigint NOT NULL, job_id bigint NOT NULL, line text NOT NULL)";

  /** After the rows have come, which is much faster. */
  private static final String KEY = "ALTER TABLE jobs ADD PRIMARY KEY (id)";

  private static final String KEYS_OF_LOGS =
      """
      ALTER TABLE logs ADD PRIMARY KEY (id);
      CREATE INDEX ON logs (job_id);
      ALTER TABLE logs ADD FOREIGN KEY (job_id) REFERENCES jobs ON DELETE CASCADE
      """;

  /** 328 bytes, which PostgreSQL does not try to compress. */
  private static final String PAYLOAD = "repeat(md5(i::text), 10) || substr(md5(i::text), 1, 8)";

  private static final String AT_RANDOM = "random() < 0.5";

  private Datasets() {}

  /** Jobs with three logs each, the expired ones at random places. */
  public static Dataset random(long jobs) {
    return withLogs("random", jobs, AT_RANDOM);
  }

  /** The same, the expired ones side by side, as in a table that only grows. */
  public static Dataset clustered(long jobs) {
    return withLogs("clustered", jobs, "i <= " + jobs / 2);
  }

  private static Dataset withLogs(String name, long jobs, String expired) {
    // The logs of a job lie apart from each other, as they come in life.
    String logs =
        """
        INSERT INTO logs
        SELECT (n - 1) * %1$d + i, i, md5(i::text || n)
          FROM generate_series(1, %2$d) n, generate_series(1, %1$d) i
        """
            .formatted(jobs, LOGS_PER_JOB);
    return new Dataset(
        name,
        List.of(JOBS, LOGS, fill(jobs, expired, PAYLOAD), KEY, logs, KEYS_OF_LOGS),
        LOGS_PER_JOB);
  }

  /** Jobs that no foreign key refers to. */
  public static Dataset childless(long jobs) {
    return new Dataset("childless", List.of(JOBS, fill(jobs, AT_RANDOM, PAYLOAD), KEY), 0);
  }

  /** Jobs with 6 KiB each that lie outside of the row, uncompressed. */
  public static Dataset toast(long jobs) {
    return new Dataset(
        "toast",
        List.of(
            JOBS,
            "ALTER TABLE jobs ALTER payload SET STORAGE EXTERNAL",
            fill(jobs, AT_RANDOM, "repeat(md5(i::text), 192)"),
            KEY),
        0);
  }

  /** Many narrow rows with two more indexes. */
  public static Dataset narrow(long jobs) {
    return new Dataset(
        "narrow",
        List.of(
            "CREATE TABLE jobs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, kind int NOT NULL, owner int NOT NULL)",
            """
            INSERT INTO jobs
            SELECT i, %s, i %% 100, (i * 7919) %% 10000
              FROM generate_series(1, %d) i
            """
                .formatted(createdAt(AT_RANDOM), jobs),
            "CREATE INDEX ON jobs (created_at)",
            "CREATE INDEX ON jobs (owner, kind)"),
        0);
  }

  /** Jobs by partitions, of which the oldest holds {@code jobs} and has expired as a whole. */
  public static Dataset partitioned(long jobs) {
    return new Dataset(
        "partitioned",
        List.of(
            """
            CREATE TABLE jobs (id bigint NOT NULL, created_at timestamptz NOT NULL, status text NOT NULL,
                               payload text NOT NULL, PRIMARY KEY (id, created_at))
             PARTITION BY RANGE (created_at)
            """,
            """
            DO $$
            DECLARE
              bound text := quote_literal(date_trunc('day', now()) - interval '40 days');
            BEGIN
              EXECUTE 'CREATE TABLE jobs_old PARTITION OF jobs FOR VALUES FROM (''2000-01-01'') TO (' || bound || ')';
              EXECUTE 'CREATE TABLE jobs_new PARTITION OF jobs FOR VALUES FROM (' || bound || ') TO (MAXVALUE)';
            END $$
            """,
            fill(jobs, "true", PAYLOAD),
            """
            INSERT INTO jobs SELECT id + %1$d, now() - interval '1 day', status, payload
              FROM jobs WHERE id <= %1$d / 5
            """
                .formatted(jobs)),
        0);
  }

  private static String fill(long jobs, String expired, String payload) {
    return """
    INSERT INTO jobs
    SELECT i, %s, 'finished', %s
      FROM generate_series(1, %d) i
    """
        .formatted(createdAt(expired), payload, jobs);
  }

  private static String createdAt(String expired) {
    return "now() - CASE WHEN %s THEN interval '60 days' ELSE interval '1 day' END"
        .formatted(expired);
  }
}
