package dev.reclaim.bench.data;

import dev.reclaim.bench.server.Login;
import dev.reclaim.bench.server.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A database with a table {@code jobs}, of which everything older than 30 days has to go, and
 * beside it the small tables that Reclaim warms up with.
 *
 * @param name of the table in the report
 * @param statements that make it
 * @param childrenPerJob rows of {@code logs} that go with each job
 */
public record Dataset(String name, List<String> statements, int childrenPerJob) {
  /** Rows that Reclaim deletes before the clock runs; enough that its code is compiled. */
  public static final long WARM_ROWS = 20_000 * (1 + Datasets.LOGS_PER_JOB);

  private static final String WARM_TABLES =
      """
      CREATE TABLE warm (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, payload text NOT NULL);
      CREATE TABLE warm_logs (id bigint PRIMARY KEY, warm_id bigint NOT NULL REFERENCES warm ON DELETE CASCADE);
      CREATE TABLE tiny (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
      INSERT INTO warm SELECT i, now() - interval '60 days', md5(i::text) FROM generate_series(1, %1$d) i;
      INSERT INTO warm_logs SELECT i, 1 + (i - 1) / %2$d FROM generate_series(1, %1$d * %2$d) i;
      CREATE INDEX ON warm_logs (warm_id);
      INSERT INTO tiny VALUES (1, now() - interval '60 days')
      """
          .formatted(WARM_ROWS / (1 + Datasets.LOGS_PER_JOB), Datasets.LOGS_PER_JOB);

  /** Makes it on a server, under any name. */
  public void make(Server server, String database) throws SQLException {
    server.createDatabase(database);
    try (Connection connection = server.login(database).connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT setseed(0.42)");
      statement.execute(WARM_TABLES);
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("VACUUM (FREEZE, ANALYZE)");
    }
  }

  public Census census(Login login) throws SQLException {
    return Census.take(login, childrenPerJob);
  }
}
