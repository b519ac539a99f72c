package dev.reclaim.bench.rows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The script that people write: some rows at a time until none is left, a commit each. */
record LoopDelete(int limit) implements Contender {
  @Override
  public String name() {
    return "loop " + limit;
  }

  @Override
  public long deleteExpired(Server server, String database, long rows) throws SQLException {
    try (Connection connection = server.connect(database);
        PreparedStatement statement =
            connection.prepareStatement(
                """
                DELETE FROM jobs WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM jobs WHERE created_at < now() - interval '30 days' LIMIT %d))
                """
                    .formatted(limit))) {
      long started = System.nanoTime();
      int deleted;
      do {
        deleted = statement.executeUpdate();
      } while (deleted > 0);
      return System.nanoTime() - started;
    }
  }
}
