package dev.reclaim.bench.orphans;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.bench.server.Login;
import dev.reclaim.store.StoredObject;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The listing copied into a temporary table and joined there, with the index over an expression
 * that serves it best, made before the clock runs. What it finds goes no further.
 */
final class SqlAntiJoin {
  private static final int CHUNK_BYTES = 1 << 16;

  /** The address cut off, compared byte by byte as the store does. */
  private static final String KEY =
      "(substr(m.url, %d) COLLATE \"C\")".formatted(Shelf.ADDRESS.length() + 1);

  private static final String ORPHANS =
      "SELECT key FROM listed l WHERE NOT EXISTS (SELECT 1 FROM media m WHERE %s = l.key)"
          .formatted(KEY);

  private SqlAntiJoin() {}

  /** Returns the ns of the faster of two ways to join, the copying included. */
  static long measure(Login login, long objects) throws SQLException {
    try (Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE INDEX media_key ON media (%s)".formatted(KEY.replace("m.", "")));
      statement.execute("VACUUM ANALYZE media");
      statement.execute("SET work_mem = '256MB'");
      long copied = copy(connection, statement, objects);
      long chosen = join(statement, objects);
      statement.execute("SET enable_hashjoin = off");
      return copied + Math.min(chosen, join(statement, objects));
    }
  }

  private static long copy(Connection connection, Statement statement, long objects)
      throws SQLException {
    statement.execute(
        "CREATE TEMP TABLE listed (key text COLLATE \"C\", size bigint, etag text, modified timestamptz)");
    long started = System.nanoTime();
    CopyIn in = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY listed FROM STDIN");
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    new Shelf(objects)
        .list(
            "",
            object -> {
              chunk.writeBytes(line(object));
              if (chunk.size() >= CHUNK_BYTES) {
                send(in, chunk);
              }
            });
    send(in, chunk);
    in.endCopy();
    statement.execute("ANALYZE listed");
    return System.nanoTime() - started;
  }

  private static byte[] line(StoredObject object) {
    return (object.path()
            + "\t"
            + object.size()
            + "\t"
            + object.etag()
            + "\t"
            + object.modified()
            + "\n")
        .getBytes(UTF_8);
  }

  private static void send(CopyIn in, ByteArrayOutputStream chunk) {
    try {
      in.writeToCopy(chunk.toByteArray(), 0, chunk.size());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    chunk.reset();
  }

  private static long join(Statement statement, long objects) throws SQLException {
    long started = System.nanoTime();
    long orphans = 0;
    try (ResultSet rows = statement.executeQuery(ORPHANS)) {
      while (rows.next()) {
        orphans++;
      }
    }
    if (orphans != Shelf.orphans(objects)) {
      throw new IllegalStateException(orphans + " orphans joined");
    }
    return System.nanoTime() - started;
  }
}
