package dev.reclaim.bench.rows;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.PostgresOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The database server that all contenders share, with the settings of a real one: what is committed
 * is on the disk.
 */
final class Server implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "shared_buffers", "1GB",
          "max_wal_size", "8GB",
          "checkpoint_timeout", "30min",
          "autovacuum", "off",
          "max_connections", "60");

  private final EmbeddedPostgres postgres;

  private Server(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Starts a server of its own.
   *
   * @param programs directory of a PostgreSQL; null for the newest that is installed, or the
   *     embedded one where none is
   */
  static Server start(Path data, @Nullable Path programs) throws IOException {
    Optional<Path> chosen = programs == null ? installed() : Optional.of(programs);
    return new Server(EmbeddedPostgres.start(data, new PostgresOptions(chosen, SETTINGS)));
  }

  private static Optional<Path> installed() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(all)) {
      List<Path> sorted =
          versions
              .filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
              .sorted(Comparator.comparing(Path::toString).reversed())
              .toList();
      return sorted.stream().findFirst();
    }
  }

  String url(String database) {
    return postgres.jdbcUrl(database);
  }

  String user() {
    return postgres.user();
  }

  String password() {
    return postgres.password();
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), user(), password());
  }

  String version() throws SQLException {
    try (Connection connection = connect("postgres")) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  void createDatabase(String name) throws SQLException {
    execute("postgres", "CREATE DATABASE " + name);
  }

  /** A copy of a database, byte for byte, warm and with nothing left to be written. */
  void copyDatabase(String template, String name) throws SQLException {
    execute("postgres", "DROP DATABASE IF EXISTS " + name);
    execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + template);
    execute(name, "CREATE EXTENSION IF NOT EXISTS pg_prewarm");
    execute(
        name,
        "SELECT sum(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace");
    execute(name, "CHECKPOINT");
  }

  void dropDatabase(String name) throws SQLException {
    execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
  }

  private void execute(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    postgres.close();
  }
}
