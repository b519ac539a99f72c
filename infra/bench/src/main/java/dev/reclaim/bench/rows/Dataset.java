package dev.reclaim.bench.rows;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Jobs with a payload that does not compress, half of them expired, and three log lines each under
 * {@code ON DELETE CASCADE}.
 *
 * @param clustered whether the expired jobs lie together, as in a table that only grows; at random
 *     places otherwise
 */
record Dataset(String name, long jobs, boolean clustered) {
  private static final int LOGS_PER_JOB = 3;

  /** Makes the database that contenders get copies of. */
  void make(Server server) throws SQLException {
    server.createDatabase(name);
    try (Connection connection = server.connect(name);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT setseed(0.42)");
      statement.execute(
          """
          CREATE TABLE jobs (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, status text NOT NULL,
                             payload text NOT NULL);
          CREATE TABLE logs (id bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
                             line text NOT NULL)
          """);
      statement.execute(
          """
          INSERT INTO jobs
          SELECT i, now() - CASE WHEN %s THEN interval '60 days' ELSE interval '1 day' END, 'finished',
                 (SELECT string_agg(md5(random()::text || i || n), '') FROM generate_series(1, 11) n)
                 || substr(md5(i::text), 1, 8)
            FROM generate_series(1, %d) i
          """
              .formatted(clustered ? "i <= " + jobs / 2 : "random() < 0.5", jobs));
      // With the logs of a job side by side but not beside its neighbours', as they come in life.
      statement.execute(
          """
          INSERT INTO logs
          SELECT (n - 1) * %1$d + i, i, md5(i::text || n)
            FROM generate_series(1, %2$d) n, generate_series(1, %1$d) i
          """
              .formatted(jobs, LOGS_PER_JOB));
      statement.execute("CREATE INDEX ON logs (job_id)");
      statement.execute("VACUUM (FREEZE, ANALYZE)");
    }
  }

  /** Rows that a contender has to delete, logs included. */
  long expired(Server server, String database) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        var count =
            statement.executeQuery(
                "SELECT count(*) FROM jobs WHERE created_at < now() - interval '30 days'")) {
      count.next();
      return count.getLong(1) * (1 + LOGS_PER_JOB);
    }
  }

  /** Fails where a contender left something expired or took something that was not. */
  void requireDone(Server server, String database, long expired) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        var left =
            statement.executeQuery(
                "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM logs),"
                    + " (SELECT count(*) FROM jobs WHERE created_at < now() - interval '30 days')")) {
      left.next();
      long wanted = jobs * (1 + LOGS_PER_JOB) - expired;
      if (left.getLong(1) != wanted || left.getLong(2) != 0) {
        throw new IllegalStateException(
            "%s: %d rows are left and %d expired ones among them, wanted %d and none"
                .formatted(database, left.getLong(1), left.getLong(2), wanted));
      }
    }
  }
}
