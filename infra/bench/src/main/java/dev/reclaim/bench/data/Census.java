package dev.reclaim.bench.data;

import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a database holds.
 *
 * @param rows of all tables that are measured
 * @param expired rows that have to go, children included
 * @param keys rows of the policy's own table among them
 */
public record Census(long rows, long expired, long keys) {

  static Census take(Login login, int childrenPerJob) throws SQLException {
    String all =
        "SELECT (SELECT count(*) FROM jobs)"
            + (childrenPerJob > 0 ? " + (SELECT count(*) FROM logs)" : "");
    try (Connection connection = login.connect();
        Statement statement = connection.createStatement();
        ResultSet counted =
            statement.executeQuery(
                all
                    + ", (SELECT count(*) FROM jobs WHERE created_at < now() - interval '30 days')")) {
      counted.next();
      long keys = counted.getLong(2);
      return new Census(counted.getLong(1), keys * (1 + childrenPerJob), keys);
    }
  }

  /**
   * Fails where something expired is left, or something else is gone, since {@code before}.
   *
   * @param added rows that an application has put in meanwhile
   */
  public void requireDone(Census before, long added) {
    long wanted = before.rows() - before.expired() + added;
    if (rows != wanted || keys != 0) {
      throw new IllegalStateException(
          "%d rows are left and %d expired ones among them, wanted %d and none"
              .formatted(rows, keys, wanted));
    }
  }
}
