package dev.reclaim.worker.rows;

import dev.reclaim.database.TableShape;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Keys of one event as arrays, one array a column, in the event's order, which is heap order.
 *
 * @param keys distinct after the cast to the columns' types
 */
record KeyBatch(TableShape shape, List<List<String>> keys) {
  int size() {
    return keys.size();
  }

  /** The keys at these positions, counted from 0. */
  KeyBatch at(List<Integer> positions) {
    return new KeyBatch(shape, positions.stream().map(keys::get).toList());
  }

  KeyBatch range(int from, int to) {
    return new KeyBatch(shape, keys.subList(from, to));
  }

  /** Binds the arrays that {@link TableShape#keyRows()} wants, from the first parameter on. */
  void bind(PreparedStatement statement) throws SQLException {
    Connection connection = statement.getConnection();
    for (int column = 0; column < shape.primaryKey().size(); column++) {
      String[] texts = new String[keys.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = keys.get(i).get(column);
      }
      Array array = connection.createArrayOf("text", texts);
      statement.setArray(column + 1, array);
    }
  }
}
