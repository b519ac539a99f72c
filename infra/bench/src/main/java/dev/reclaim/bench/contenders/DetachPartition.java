package dev.reclaim.bench.contenders;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What somebody does by hand with a partition of which every row has expired.
 *
 * @param counting whether its rows and their bytes are counted first
 */
public record DetachPartition(boolean counting) implements Contender {
  public static final String PLAIN = "detachAndDrop";
  public static final String COUNTED = "detachCountAndDrop";

  @Override
  public String key() {
    return counting ? COUNTED : PLAIN;
  }

  @Override
  public void take(Turn turn) throws SQLException {
    try (Connection connection = turn.login().connect();
        Statement statement = connection.createStatement()) {
      long started = System.nanoTime();
      statement.execute("ALTER TABLE jobs DETACH PARTITION jobs_old CONCURRENTLY");
      if (counting) {
        statement.execute(
            """
            SELECT count(*), sum(pg_column_size(id) + pg_column_size(created_at) + pg_column_size(status)
                                 + pg_column_size(payload))
              FROM jobs_old
            """);
      }
      statement.execute("DROP TABLE jobs_old");
      turn.took(key(), System.nanoTime() - started);
    }
  }
}
