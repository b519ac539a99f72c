package dev.reclaim.cli;

import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Somebody's own database, called {@code shop} in policy files. */
record Shop(TestDatabase database) {
  /** A policy file of these lines after the database's; the password lies beside it. */
  Path policies(Path directory, String text) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), database.password() + "\n");
    return Files.writeString(
        directory.resolve("policies.yaml"),
        """
        databases:
          shop: { url: "%s", user: %s, password: "file:%s" }
        """
                .formatted(database.jdbcUrl(), database.user(), password)
            + text);
  }

  /** Returns how many rows a single statement changed; several are just carried out. */
  int execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }

  long count(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  String text(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Others may still read the table, and nobody write, until the connection is closed. */
  Connection lock(String table) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + table + " IN EXCLUSIVE MODE");
    }
    return connection;
  }
}
