package dev.reclaim.bench.oracle;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What there is to be looked at.
 *
 * @param url of the database, with user and password
 * @param bootstrap of the brokers
 * @param prefix of the topics
 * @param files who has seen them
 */
public record Evidence(
    String url, String user, String password, String bootstrap, String prefix, FileWitness files) {

  /** Rows of a query, each column as text. */
  List<List<@Nullable String>> query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      int columns = result.getMetaData().getColumnCount();
      List<List<@Nullable String>> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(result.getString(column));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** The only row and column of a query. */
  long number(String sql) throws SQLException {
    return Long.parseLong(String.valueOf(query(sql).get(0).get(0)));
  }

  /** A topic from its beginning to its end of now. */
  List<ConsumerRecord<byte[], byte[]>> topic(String name) {
    return TopicReader.read(bootstrap, prefix + name);
  }
}
