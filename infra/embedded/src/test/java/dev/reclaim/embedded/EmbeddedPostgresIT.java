package dev.reclaim.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  @TempDir Path directory;

  @Test
  void keepsItsRowsOverARestart() throws SQLException {
    // Given
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
      postgres.createDatabase("app");
      execute(postgres, "app", "CREATE TABLE kept AS SELECT 'a row' AS name");
    }

    // When
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {

      // Then
      assertThat(ask(postgres, "app", "SELECT name FROM kept")).isEqualTo("a row");
    }
  }

  @Test
  void behavesAsARealServer() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
      assertThat(ask(postgres, "postgres", "SHOW server_version")).startsWith("18.");
      assertThat(ask(postgres, "postgres", "SHOW fsync")).isEqualTo("on");
      assertThat(ask(postgres, "postgres", "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(postgres, "postgres", "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(ask(postgres, "postgres", "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(
              () ->
                  DriverManager.getConnection(
                      postgres.jdbcUrl("postgres"), postgres.user(), "wrong"))
          .withMessageContaining("password");
    }
  }

  @Test
  void isFollowedByAReplica() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("primary"))) {
      // Given
      postgres.createDatabase("app");
      execute(postgres, "app", "CREATE TABLE kept AS SELECT 'before' AS name");

      // When
      try (EmbeddedPostgres replica =
          postgres.startReplica(directory.resolve("replica"), "follower")) {
        execute(postgres, "app", "UPDATE kept SET name = 'after'");

        // Then
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> ask(replica, "app", "SELECT name FROM kept").equals("after"));
        assertThat(ask(replica, "app", "SELECT pg_is_in_recovery()::text")).isEqualTo("true");
        assertThat(ask(postgres, "app", "SELECT application_name FROM pg_stat_replication"))
            .isEqualTo("follower");
      }
    }
  }

  @Test
  void leavesNoProcessBehindWhenKilled() throws Exception {
    // Given
    try (OtherProcess other = OtherProcess.running(EmbeddedPostgres.class, directory)) {
      assertThat(postgresOf(directory)).isPositive();

      // When
      other.kill();
    }

    // Then
    await().atMost(Duration.ofSeconds(20)).until(() -> postgresOf(directory) == 0);
  }

  @Test
  void startsAgainAfterAKilledRun() throws Exception {
    // Given
    try (OtherProcess other = OtherProcess.running(EmbeddedPostgres.class, directory);
        Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(other.said()),
                "postgres",
                "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE survivor AS SELECT 'committed' AS name");

      // When
      other.kill();
    }

    // Then
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
      assertThat(ask(postgres, "postgres", "SELECT name FROM survivor")).isEqualTo("committed");
    }
  }

  @Test
  void startsThoughAStrangerHasTheProcessNumberOfTheLastRun() throws Exception {
    // Given
    EmbeddedPostgres.start(directory).close();
    Files.writeString(
        directory.resolve("data/postmaster.pid"),
        "%d%n%s%n".formatted(ProcessHandle.current().pid(), directory.resolve("data")));

    // When, Then
    EmbeddedPostgres.start(directory).close();
  }

  @Test
  void losesOnlyWhatWasNotCommittedWhenRestartedImmediately() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory)) {
      // Given
      execute(postgres, "postgres", "CREATE TABLE entry (name text)");
      execute(postgres, "postgres", "INSERT INTO entry VALUES ('committed')");
      int port = postgres.port();
      try (Connection open = connect(postgres, "postgres")) {
        open.setAutoCommit(false);
        open.createStatement().execute("INSERT INTO entry VALUES ('open')");

        // When
        postgres.restartImmediately();
      } catch (SQLException brokenOnClose) {
        assertThat(brokenOnClose.getMessage()).isNotEmpty();
      }

      // Then
      assertThat(postgres.port()).isEqualTo(port);
      assertThat(ask(postgres, "postgres", "SELECT string_agg(name, ',') FROM entry"))
          .isEqualTo("committed");
    }
  }

  @Test
  void closesInSpiteOfOpenConnections() throws SQLException {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
    try (Connection open = connect(postgres, "postgres")) {
      postgres.close();
      assertThat(open.isValid(1)).isFalse();
    }
    assertThat(postgresOf(directory)).isZero();
  }

  @Test
  void showsTheLogWhenItCannotStart() throws Exception {
    // Given
    EmbeddedPostgres.start(directory).close();
    Files.writeString(directory.resolve("data/postgresql.conf"), "no_such_setting = 1\n");

    // When, Then
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> EmbeddedPostgres.start(directory))
        .withMessageContaining(directory.resolve("postgres.log").toString())
        .withMessageContaining("no_such_setting");
  }

  @Test
  void runsForRootWithoutUserNamespaces() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root can become someone else");
    Path reachable = Files.createTempDirectory("reclaim-nobody");
    try {
      System.setProperty(PostgresUser.CACHE_PROPERTY, reachable.resolve("cache").toString());
      Files.setPosixFilePermissions(reachable, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (EmbeddedPostgres postgres =
          EmbeddedPostgres.start(reachable.resolve("server"), PostgresUser.NOBODY)) {
        assertThat(ask(postgres, "postgres", "SELECT 1")).isEqualTo("1");
      }
    } finally {
      System.clearProperty(PostgresUser.CACHE_PROPERTY);
      PostgresBinaries.delete(reachable);
    }
  }

  @Test
  void unpacksOnceForAll(@TempDir Path cache) throws Exception {
    PostgresBinaries first = PostgresBinaries.unpackedIn(cache);
    PostgresBinaries second = PostgresBinaries.unpackedIn(cache);
    assertThat(second.program("postgres")).isEqualTo(first.program("postgres")).isExecutable();
    try (var entries = Files.list(cache)) {
      assertThat(entries).hasSize(1);
    }
  }

  /** How many server processes work on the directory. */
  private static long postgresOf(Path directory) {
    String data = directory.resolve("data").toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("bin/postgres"))
        .filter(
            process ->
                Arrays.asList(process.info().arguments().orElse(new String[0])).contains(data))
        .count();
  }

  private static Connection connect(EmbeddedPostgres postgres, String database)
      throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(database), postgres.user(), postgres.password());
  }

  private static void execute(EmbeddedPostgres postgres, String database, String sql)
      throws SQLException {
    try (Connection connection = connect(postgres, database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String database, String sql)
      throws SQLException {
    try (Connection connection = connect(postgres, database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
