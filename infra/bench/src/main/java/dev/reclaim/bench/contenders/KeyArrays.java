package dev.reclaim.bench.contenders;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The keys of all expired jobs in heap order, cut into arrays, one for each transaction. */
final class KeyArrays {
  private KeyArrays() {}

  static Queue<Long[]> read(Connection connection, int keysPerTransaction) throws SQLException {
    List<Long> keys = new ArrayList<>();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT id FROM jobs WHERE created_at < now() - interval '30 days' ORDER BY ctid")) {
        while (rows.next()) {
          keys.add(rows.getLong(1));
        }
      }
    }
    connection.commit();
    return cut(keys, keysPerTransaction);
  }

  static Queue<Long[]> cut(List<Long> keys, int keysPerTransaction) {
    Queue<Long[]> arrays = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < keys.size(); from += keysPerTransaction) {
      arrays.add(
          keys.subList(from, Math.min(keys.size(), from + keysPerTransaction))
              .toArray(new Long[0]));
    }
    return arrays;
  }
}
