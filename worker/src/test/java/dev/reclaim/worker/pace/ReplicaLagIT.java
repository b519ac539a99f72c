package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.RowPolicy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A replica that streams from a primary on this machine, and is told to replay nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class ReplicaLagIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private EmbeddedPostgres primary;
  private EmbeddedPostgres replica;
  private Connection onReplica;

  @SuppressWarnings("NullAway.Init")
  ReplicaLagIT() {}

  @BeforeAll
  void start(@TempDir Path directory) throws SQLException {
    primary = EmbeddedPostgres.start(directory.resolve("primary"));
    primary.createDatabase("app");
    replica = primary.startReplica(directory.resolve("replica"), "far");
    onReplica = connect(replica);
    try (Connection connection = connect(primary)) {
      execute(connection, "CREATE TABLE job (id bigint PRIMARY KEY, made timestamptz)");
      execute(
          connection, "INSERT INTO job SELECT n, '2001-01-01' FROM generate_series(1, 100000) n");
      execute(connection, "CREATE ROLE poor LOGIN PASSWORD 'poor'");
      execute(connection, "GRANT CREATE ON DATABASE app TO poor");
    }
  }

  @AfterAll
  void stop() throws SQLException {
    onReplica.close();
    replica.close();
    primary.close();
  }

  @Test
  void aReplicaThatIsTooFarBehindStopsThePaceAndLetsItGoOn() throws Exception {
    // Given
    PolicyFile file = file(primary.user(), primary.password());
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong deleted = new AtomicLong();
    try (Databases databases = Databases.open(file, 4, "test-worker");
        Paces paces = Paces.start("w", file, databases, 2, InstantSource.system())) {
      Pace pace = paces.of("main");
      CompletableFuture<Void> work =
          CompletableFuture.runAsync(() -> delete(databases.get("main"), pace, over, deleted));
      await().atMost(SOON).until(() -> deleted.get() > 100);
      assertThat(pace.status().state()).isIn(State.FULL, State.SLOWED);

      // When
      execute(onReplica, "SELECT pg_wal_replay_pause()");

      // Then
      await().atMost(SOON).until(() -> pace.status().state() == State.PAUSED);
      PaceStatus paused = pace.status();
      assertThat(paused.reason())
          .matches(
              "far is [0-9.]+ s and [0-9.]+ MiB behind, more than maxReplicaLag allows; it goes on below half of that");
      long before = deleted.get();
      TimeUnit.SECONDS.sleep(3);
      assertThat(deleted).as("nothing meanwhile").hasValue(before);
      assertThat(pace.status().state()).isEqualTo(State.PAUSED);

      // When
      execute(onReplica, "SELECT pg_wal_replay_resume()");

      // Then
      await().atMost(SOON).until(() -> deleted.get() > before + 100);
      await().atMost(SOON).until(() -> pace.status().state() == State.FULL);
      assertThat(work).isNotDone();
      over.set(true);
      work.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aRoleThatMaySeeNoReplicaIsToldSoAndGoesOn() throws Exception {
    // Given
    PolicyFile file = file("poor", "poor");
    try (Databases databases = Databases.open(file, 4, "test-worker");
        Paces paces = Paces.start("w", file, databases, 2, InstantSource.system())) {
      Pace pace = paces.of("main");

      // When
      Optional<Turn> turn = pace.enter((RowPolicy) file.policies().get(0), millis -> true);

      // Then
      assertThat(turn).isPresent();
      turn.get().close();
      assertThat(pace.status().notes())
          .containsExactly(
              "the lag of 1 replicas cannot be seen: GRANT pg_read_all_stats to the role");
    }
  }

  private PolicyFile file(String user, String password) {
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          main: { url: "%s", user: %s, password: "${P}", limits: { maxReplicaLag: 2s } }
        policies: [ { name: p, table: main.public.job, expire: { after: 1d, by: made } } ]
        """
            .formatted(primary.jdbcUrl("app"), user),
        name -> password);
  }

  /** One transaction after another, some ten rows each, as far as there are turns. */
  private static void delete(Database database, Pace pace, AtomicBoolean over, AtomicLong deleted) {
    RowPolicy policy =
        (RowPolicy)
            PolicyFileReader.read(
                    "p.yaml",
                    """
                    databases:
                      main: { url: "jdbc:postgresql://db/app", user: u, password: "${P}" }
                    policies: [ { name: p, table: main.public.job, expire: { after: 1d, by: made } } ]
                    """,
                    name -> "x")
                .policies()
                .get(0);
    try {
      while (!over.get()) {
        try (Turn turn = pace.enter(policy, millis -> !over.get()).orElse(null)) {
          if (turn != null) {
            int rows =
                database
                    .jdbi()
                    .withHandle(
                        handle ->
                            handle.execute(
                                "DELETE FROM job WHERE id IN (SELECT id FROM job ORDER BY id LIMIT 10)"));
            deleted.addAndGet(rows);
            turn.done(rows, Duration.ofMillis(1));
            TimeUnit.MILLISECONDS.sleep(20);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Connection connect(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl("app"), server.user(), server.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
