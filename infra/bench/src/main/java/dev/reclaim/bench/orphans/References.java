package dev.reclaim.bench.orphans;

import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Tables whose rows name all objects of a {@link Shelf} but its orphans, in random order. */
final class References {
  static final String TABLE = "media";
  static final String WARM_TABLE = "media_warm";

  private static final String FILL =
      """
      CREATE TABLE %1$s (id bigint PRIMARY KEY, url text NOT NULL);
      INSERT INTO %1$s
      SELECT row_number() OVER (), '%2$s' || %3$s
        FROM (SELECT i FROM generate_series(0, %4$d - 1) AS i
               WHERE i %% %5$d <> 0
               ORDER BY hashint8(i)) AS numbers;
      ANALYZE %1$s;
      """;

  private References() {}

  static void fill(Login login, String table, long objects) throws SQLException {
    try (Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          FILL.formatted(table, Shelf.ADDRESS, Shelf.KEY_SQL, objects, Shelf.ORPHAN_EVERY));
    }
  }
}
