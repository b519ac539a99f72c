package dev.reclaim.partitions;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What one table without partitions of its own holds, counted exactly in one pass.
 *
 * @param bytes by the definition of a row's bytes: the sum of the stored sizes of its columns
 * @param within whether every row lies between the asked bounds
 */
public record PartitionSize(long rows, long bytes, boolean within) {
  /** A gigabyte or so: one statement must not outlast the session's patience. */
  private static final long BLOCKS_PER_STATEMENT = 131_072;

  private static final String BLOCKS =
      """
      SELECT (pg_relation_size(c.oid) + current_setting('block_size')::bigint - 1) / current_setting('block_size')::bigint
        FROM pg_class c
       WHERE c.oid = ?
      """;

  private static final String COLUMNS =
      """
      SELECT attname, attlen,
             attnotnull AND NOT EXISTS (SELECT 1 FROM pg_constraint n
                                         WHERE n.conrelid = attrelid AND n.contype = 'n' AND NOT n.convalidated
                                           AND attnum = ANY (n.conkey)) AS always
        FROM pg_attribute
       WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped AND attgenerated <> 'v'
       ORDER BY attnum
      """;

  private static final PartitionSize NOTHING = new PartitionSize(0, 0, true);

  /**
   * Counts in the transaction of the handle, if there is one. Who wants one number for one moment
   * keeps writers out meanwhile.
   *
   * @param relation the table's own number
   * @param name the same, as SQL writes it
   * @param key the column that the bounds are about
   * @param from the lowest value, included, as text
   * @param to the highest, excluded, as text
   */
  public static PartitionSize of(
      Handle handle, long relation, String name, Column key, String from, String to) {
    Connection connection = handle.getConnection();
    try {
      long blocks = number(connection, BLOCKS, relation);
      String sql = sql(connection, relation, name, key);
      PartitionSize size = NOTHING;
      for (long block = 0; block < blocks; block += BLOCKS_PER_STATEMENT) {
        size = size.plus(part(connection, sql + range(block, blocks), from, to));
      }
      return size;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private PartitionSize plus(PartitionSize other) {
    return new PartitionSize(rows + other.rows, bytes + other.bytes, within && other.within);
  }

  private static String range(long block, long blocks) {
    return blocks <= BLOCKS_PER_STATEMENT
        ? ""
        : " WHERE ctid >= '(%d,0)'::tid AND ctid < '(%d,0)'::tid"
            .formatted(block, block + BLOCKS_PER_STATEMENT);
  }

  private static PartitionSize part(Connection connection, String sql, String from, String to)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, from);
      statement.setString(2, to);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new PartitionSize(
            row.getLong("rows"), row.getLong("bytes"), row.getBoolean("within"));
      }
    }
  }

  /** What has a fixed length has it in every row, so that no value of it needs a look. */
  private static String sql(Connection connection, long relation, String name, Column key)
      throws SQLException {
    List<String> sizes = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setLong(1, relation);
      try (ResultSet columns = statement.executeQuery()) {
        while (columns.next()) {
          String column = Sql.identifier(columns.getString("attname"));
          int length = columns.getInt("attlen");
          sizes.add(
              length > 0
                  ? "count(%s) * %d".formatted(columns.getBoolean("always") ? "*" : column, length)
                  : "coalesce(sum(pg_column_size(%s)), 0)".formatted(column));
        }
      }
    }
    String by = Sql.identifier(key.name());
    return """
    SELECT count(*) AS rows, (%1$s)::bigint AS bytes,
           count(*) = count(%2$s) AND coalesce(min(%2$s) >= ?::%3$s AND max(%2$s) < ?::%3$s, true) AS within
      FROM ONLY %4$s
    """
        .formatted(String.join(" + ", sizes), by, key.base(), name);
  }

  private static long number(Connection connection, String sql, long relation) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, relation);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }
}
