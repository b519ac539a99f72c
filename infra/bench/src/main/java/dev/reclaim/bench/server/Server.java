package dev.reclaim.bench.server;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.PostgresOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The database server that all contenders share, with the settings of a real one: what is committed
 * is on the disk. Autovacuum is off, so that it never comes in one contender's turn and not in
 * another's.
 */
public final class Server implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("full_page_writes", "on"),
          Map.entry("shared_buffers", "1GB"),
          Map.entry("max_wal_size", "8GB"),
          Map.entry("checkpoint_timeout", "30min"),
          Map.entry("autovacuum", "off"),
          Map.entry("max_connections", "100"),
          Map.entry("log_lock_waits", "on"),
          Map.entry("deadlock_timeout", LockWaits.LONG),
          Map.entry("log_line_prefix", LockWaits.PREFIX));

  private final EmbeddedPostgres postgres;
  private final Path log;

  private Server(EmbeddedPostgres postgres, Path log) {
    this.postgres = postgres;
    this.log = log;
  }

  /**
   * Starts a server of its own.
   *
   * @param programs directory of a PostgreSQL; null for the newest that is installed, or the
   *     embedded one where none is
   */
  public static Server start(Path data, @Nullable Path programs) throws IOException {
    Optional<Path> chosen = programs == null ? installed() : Optional.of(programs);
    return new Server(
        EmbeddedPostgres.start(data, new PostgresOptions(chosen, SETTINGS)),
        data.resolve("postgres.log"));
  }

  private static Optional<Path> installed() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions
          .filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
          .max(Comparator.comparing(Path::toString));
    }
  }

  /** The superuser's way into a database. */
  public Login login(String database) {
    return new Login(postgres.jdbcUrl(database), postgres.user(), postgres.password());
  }

  /** Waits for locks of 100 ms and more that an application had since the server has started. */
  public long lockWaits(String applicationName) throws IOException {
    return LockWaits.count(log, applicationName);
  }

  public String version() throws SQLException {
    try (Connection connection = login("postgres").connect()) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  /** Its settings as it has them, those that were set here. */
  public Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = login("postgres").connect();
        Statement statement = connection.createStatement()) {
      for (String name : SETTINGS.keySet().stream().sorted().toList()) {
        try (ResultSet shown = statement.executeQuery("SHOW " + name)) {
          shown.next();
          settings.put(name, shown.getString(1));
        }
      }
    }
    return settings;
  }

  public void createDatabase(String name) throws SQLException {
    execute("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    execute("postgres", "CREATE DATABASE " + name);
  }

  /** A copy of a database, byte for byte, warm and with nothing left to be written. */
  public void copyDatabase(String template, String name) throws SQLException {
    execute("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + template + howToCopy());
    settle(name);
  }

  /** Makes a database warm, with nothing left to be written. */
  public void settle(String name) throws SQLException {
    execute(name, "CREATE EXTENSION IF NOT EXISTS pg_prewarm");
    execute(
        name,
        """
        SELECT sum(pg_prewarm(oid)) FROM pg_class
         WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
        """);
    execute(name, "CHECKPOINT");
  }

  public void dropDatabase(String name) throws SQLException {
    execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
  }

  /** File by file; without that, a copy goes through the log of PostgreSQL 15 and later. */
  private String howToCopy() throws SQLException {
    try (Connection connection = login("postgres").connect()) {
      return connection.getMetaData().getDatabaseMajorVersion() < 15 ? "" : " STRATEGY file_copy";
    }
  }

  private void execute(String database, String sql) throws SQLException {
    try (Connection connection = login(database).connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    postgres.close();
  }
}
