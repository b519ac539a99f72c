package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.Parser;

/**
 * The binary form of COPY, the cheapest way of many small rows out of the database.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY-FORMAT">COPY,
 *     binary format</a>
 */
final class CopyRows {
  /** Signature, flags and the length of an extension that nobody has. */
  private static final int HEADER_BYTES = 19;

  private CopyRows() {}

  /**
   * Hears each row, which is not to be kept; its columns are read in their order.
   *
   * @param copy as it would stand in a prepared statement, without parameters
   */
  static void read(Connection connection, String copy, Consumer<ByteBuffer> rows)
      throws SQLException {
    CopyOut out = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(plain(copy));
    try {
      boolean first = true;
      for (byte @Nullable [] message = out.readFromCopy();
          message != null;
          message = out.readFromCopy()) {
        ByteBuffer row = ByteBuffer.wrap(message);
        if (first) {
          row.position(HEADER_BYTES);
          first = false;
        }
        if (row.remaining() >= Short.BYTES && row.getShort() >= 0) {
          rows.accept(row);
        }
      }
    } finally {
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }

  /** COPY is not prepared, so that a doubled question mark would stay one. */
  private static String plain(String prepared) throws SQLException {
    return Parser.parseJdbcSql(prepared, true, true, false, false, true).get(0).nativeSql;
  }

  static int smallint(ByteBuffer row) {
    int length = row.getInt();
    if (length != Short.BYTES) {
      throw new IllegalStateException("a smallint of " + length + " bytes");
    }
    return row.getShort();
  }

  static String text(ByteBuffer row) {
    int length = row.getInt();
    String text = new String(row.array(), row.arrayOffset() + row.position(), length, UTF_8);
    row.position(row.position() + length);
    return text;
  }

  /** Steps over the length of a value that follows, which is not NULL; returns it. */
  static int length(ByteBuffer row) {
    return row.getInt();
  }

  static boolean bool(ByteBuffer row) {
    int length = row.getInt();
    if (length != 1) {
      throw new IllegalStateException("a boolean of " + length + " bytes");
    }
    return row.get() != 0;
  }

  static long bigint(ByteBuffer row) {
    int length = row.getInt();
    if (length != Long.BYTES) {
      throw new IllegalStateException("a bigint of " + length + " bytes");
    }
    return row.getLong();
  }
}
