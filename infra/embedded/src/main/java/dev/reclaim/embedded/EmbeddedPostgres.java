package dev.reclaim.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server as a child process, with the settings of a real one: it syncs what it
 * commits, and asks for a password.
 *
 * <p>It ends with this JVM, also when that is killed. Root may start it too; it then runs as
 * someone else. The programs are unpacked once to {@code ~/.cache/reclaim}, or to the directory
 * named by the system property {@code reclaim.cache}.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "postgres";
  private static final String PASSWORD = "postgres";
  private static final int PORT_ATTEMPTS_MAX = 3;
  private static final Duration START_MAX = Duration.ofMinutes(2);
  private static final long POLL_MS = 25;
  private static final long STOP_SECONDS_MAX = 30;
  private static final long LOG_TAIL_BYTES_MAX = 4_000;

  private final DirectoryLock lock;
  private final PostgresUser runAs;
  private final PostgresBinaries binaries;
  private final PostgresOptions options;
  private final Path data;
  private final Path logFile;
  private PostgresProcess process;
  private int port;

  private EmbeddedPostgres(DirectoryLock lock, PostgresUser runAs, PostgresOptions options)
      throws IOException {
    this.lock = lock;
    this.runAs = runAs;
    this.options = options;
    this.binaries =
        options
            .programs()
            .map(PostgresBinaries::installedIn)
            .orElseGet(() -> PostgresBinaries.unpackedIn(runAs.cache()));
    this.data = lock.directory().resolve("data");
    this.logFile = lock.directory().resolve("postgres.log");
    runAs.own(lock.directory());
    if (Files.exists(data)) {
      PostgresLeftover.end(data);
    } else {
      initialise();
    }
    this.port = FreePort.find();
    this.process = launch();
  }

  /**
   * Starts a server on the data of the directory, or a new one if there is none; returns when it
   * takes connections.
   */
  public static EmbeddedPostgres start(Path dataDirectory) {
    return start(dataDirectory, PostgresOptions.DEFAULT);
  }

  /** Likewise, with other programs or settings. */
  public static EmbeddedPostgres start(Path dataDirectory, PostgresOptions options) {
    return start(dataDirectory, PostgresUser.find(), options);
  }

  static EmbeddedPostgres start(Path dataDirectory, PostgresUser runAs) {
    return start(dataDirectory, runAs, PostgresOptions.DEFAULT);
  }

  private static EmbeddedPostgres start(
      Path dataDirectory, PostgresUser runAs, PostgresOptions options) {
    DirectoryLock lock = DirectoryLock.take(dataDirectory);
    try {
      EmbeddedPostgres postgres = new EmbeddedPostgres(lock, runAs, options);
      postgres.awaitReadyOnSomePort();
      return postgres;
    } catch (IOException e) {
      lock.close();
      throw new EmbeddedServerException(
          "PostgreSQL did not start on %s: %s".formatted(lock.directory(), e), e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** The superuser. */
  public String user() {
    return USER;
  }

  public String password() {
    return PASSWORD;
  }

  public void createDatabase(String name) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
    } catch (SQLException e) {
      throw new EmbeddedServerException("Cannot create the database " + name + ": " + e, e);
    }
  }

  /**
   * Ends the server as a crash would and starts it again on the same port: connections break, what
   * was not committed is gone, what was stays.
   */
  public void restartImmediately() {
    process.stopImmediately(STOP_SECONDS_MAX);
    try {
      PostgresLeftover.end(data);
      process = launch();
      if (!isReady()) {
        throw failed();
      }
    } catch (IOException e) {
      throw new EmbeddedServerException("PostgreSQL did not start again: " + e, e);
    }
  }

  /**
   * Starts a replica that streams from this server, on a copy of its data in a directory of its
   * own; to be closed before this one. It takes reads, and its user and password are the same.
   *
   * @param name by which this server knows it, {@code application_name}
   */
  public EmbeddedPostgres startReplica(Path dataDirectory, String name) {
    try (Connection connection = connect()) {
      PostgresCopy.of(data, connection).to(dataDirectory.resolve("data"));
    } catch (SQLException | IOException e) {
      throw new EmbeddedServerException("The data of PostgreSQL could not be copied: " + e, e);
    }
    Map<String, String> settings = new LinkedHashMap<>(options.settings());
    settings.put("hot_standby", "on");
    settings.put(
        "primary_conninfo",
        "host=127.0.0.1 port=%d user=%s password=%s application_name=%s"
            .formatted(port, USER, PASSWORD, name));
    return start(dataDirectory, runAs, new PostgresOptions(options.programs(), settings));
  }

  /** In a directory beside, so that one half made is never taken for data. */
  private void initialise() throws IOException {
    Path making = lock.directory().resolve("data.making");
    if (Files.exists(making)) {
      PostgresBinaries.delete(making);
    }
    Path passwordFile = lock.directory().resolve("password");
    Files.writeString(passwordFile, PASSWORD + "\n");
    runAs.own(passwordFile);
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + making,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C"));
    if (options.programs().isEmpty()) {
      command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    }
    Process initdb = runAs.process(command).redirectErrorStream(true).start();
    String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (initdb.waitFor() != 0) {
        throw new EmbeddedServerException(
            "PostgreSQL could not create its data in %s: %s"
                .formatted(lock.directory(), output.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while creating PostgreSQL's data", e);
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.move(making, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private PostgresProcess launch() throws IOException {
    Files.deleteIfExists(logFile);
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.program("postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories="));
    options.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return PostgresProcess.start(runAs, command, logFile);
  }

  private void awaitReadyOnSomePort() throws IOException {
    for (int attempt = 1; !isReady(); attempt++) {
      if (attempt == PORT_ATTEMPTS_MAX || !logTail().contains("Address already in use")) {
        throw failed();
      }
      port = FreePort.find();
      process = launch();
    }
  }

  private boolean isReady() {
    Instant deadline = Instant.now().plus(START_MAX);
    while (process.isRunning() && Instant.now().isBefore(deadline)) {
      try (Connection connection = connect()) {
        return connection.isValid(1);
      } catch (SQLException notYet) {
        pause();
      }
    }
    return false;
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      process.stopImmediately(STOP_SECONDS_MAX);
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while PostgreSQL starts", e);
    }
  }

  private Connection connect() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl("postgres"));
    source.setUser(USER);
    source.setPassword(PASSWORD);
    source.setConnectTimeout(5);
    return source.getConnection();
  }

  private EmbeddedServerException failed() throws IOException {
    String tail = logTail();
    process.stopImmediately(STOP_SECONDS_MAX);
    return new EmbeddedServerException(
        "PostgreSQL did not start on %s. The end of %s:%n%s".formatted(data, logFile, tail));
  }

  private String logTail() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(logFile.toFile(), "r")) {
      long size = file.length();
      byte[] tail = new byte[(int) Math.min(size, LOG_TAIL_BYTES_MAX)];
      file.seek(size - tail.length);
      file.readFully(tail);
      return new String(tail, StandardCharsets.UTF_8).strip();
    }
  }

  /** A fast shutdown: open transactions are rolled back, connections closed; waits for the end. */
  @Override
  public void close() {
    try (lock) {
      process.stopFast(STOP_SECONDS_MAX);
      PostgresLeftover.end(data);
    } catch (IOException e) {
      throw new EmbeddedServerException("PostgreSQL did not stop: " + e, e);
    }
  }
}
