package dev.reclaim.bench.rows;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The single statement: shortest to write, and all or nothing. */
final class OneDelete implements Contender {
  @Override
  public String name() {
    return "one DELETE";
  }

  @Override
  public long deleteExpired(Server server, String database, long rows) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      long started = System.nanoTime();
      statement.executeUpdate("DELETE FROM jobs WHERE created_at < now() - interval '30 days'");
      return System.nanoTime() - started;
    }
  }
}
