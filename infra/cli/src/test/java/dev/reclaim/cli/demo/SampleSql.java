package dev.reclaim.cli.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Single statements on the sample databases. */
record SampleSql(SampleServers servers) {
  long count(String database, String sql) throws SQLException {
    return Long.parseLong(text(database, sql));
  }

  String text(String database, String sql) throws SQLException {
    return texts(database, sql).get(0);
  }

  List<String> texts(String database, String sql) throws SQLException {
    try (Connection connection = servers.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  void update(String database, String sql) throws SQLException {
    try (Connection connection = servers.connect(database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
