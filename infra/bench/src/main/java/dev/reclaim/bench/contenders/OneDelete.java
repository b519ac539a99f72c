package dev.reclaim.bench.contenders;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The single statement: shortest to write, and all or nothing. */
public record OneDelete() implements Contender {
  public static final String KEY = "oneDelete";

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public void take(Turn turn) throws SQLException {
    try (Connection connection = turn.login().connect();
        Statement statement = connection.createStatement()) {
      long started = System.nanoTime();
      statement.executeUpdate("DELETE FROM jobs WHERE created_at < now() - interval '30 days'");
      turn.took(KEY, System.nanoTime() - started);
    }
  }
}
