package dev.reclaim.bench.contenders;

import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The script that people write: some rows at a time until none is left, a commit each. */
public record LoopDelete(int limit) implements Contender {
  @Override
  public String key() {
    return "loop" + limit;
  }

  @Override
  public void take(Turn turn) throws SQLException {
    long started = System.nanoTime();
    run(turn.login());
    turn.took(key(), System.nanoTime() - started);
  }

  /** The script itself. */
  public void run(Login login) throws SQLException {
    try (Connection connection = login.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                DELETE FROM jobs WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM jobs WHERE created_at < now() - interval '30 days' LIMIT %d))
                """
                    .formatted(limit))) {
      int deleted;
      do {
        deleted = statement.executeUpdate();
      } while (deleted > 0);
    }
  }
}
