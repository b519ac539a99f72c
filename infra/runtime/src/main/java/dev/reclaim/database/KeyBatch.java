package dev.reclaim.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Keys of one table as arrays, one array a column: the parameters of {@link TableShape#keyRows()}.
 *
 * @param keys in an order that means something to the caller; positions count from 0 here and from
 *     1 in SQL
 */
public record KeyBatch(TableShape shape, List<List<String>> keys) {
  public int size() {
    return keys.size();
  }

  /** The keys at these positions. */
  public KeyBatch at(List<Integer> positions) {
    return new KeyBatch(shape, positions.stream().map(keys::get).toList());
  }

  /** Runs a statement whose parameters are the arrays and nothing else. */
  public ResultSet query(PreparedStatement statement) throws SQLException {
    bind(statement);
    return statement.executeQuery();
  }

  /** Runs a statement of such parameters for what it does. */
  public void run(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement);
      statement.execute();
    }
  }

  /** Sets the arrays as a statement's first parameters. */
  public void bind(PreparedStatement statement) throws SQLException {
    for (int column = 0; column < shape.primaryKey().size(); column++) {
      String[] texts = new String[keys.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = keys.get(i).get(column);
      }
      statement.setArray(column + 1, statement.getConnection().createArrayOf("text", texts));
    }
  }
}
