package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The closed loop on a real server: what it sees there, and what becomes of it. */
@RequiresServers
class PaceIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestDatabase server;
  private final TestSystem system;

  PaceIT(TestDatabase server) throws SQLException {
    this.server = server;
    this.system = new TestSystem(server);
  }

  @BeforeEach
  void table() throws SQLException {
    system.execute("CREATE TABLE job (id bigint PRIMARY KEY, made timestamptz)");
    system.execute("INSERT INTO job SELECT n, '2001-01-01' FROM generate_series(1, 1000) n");
  }

  @AfterEach
  void close() throws SQLException {
    system.close();
  }

  @Test
  void anApplicationThatWaitsForALockOfOursIsAnsweredAtOnce() throws Exception {
    PolicyFile file = file("");
    try (Databases databases = Databases.connect(file, 4, "reclaim-worker-1");
        Paces paces = Paces.start("w", file, databases, 4, InstantSource.system());
        Turn turn = enter(paces, file);
        Handle ours = databases.get("main").jdbi().open()) {
      // Given
      Pace pace = paces.of("main");
      ours.begin();
      ours.execute("DELETE FROM job WHERE id = 1");
      assertThat(turn.rowsMax()).isEqualTo(1_000);

      // When
      CompletableFuture<Void> application =
          CompletableFuture.runAsync(() -> change("UPDATE job SET made = now() WHERE id = 1"));

      // Then
      await().atMost(SOON).until(() -> pace.status().state() == State.SLOWED);
      assertThat(pace.status().reason())
          .isEqualTo("1 session of the application waits for a lock of ours");
      assertThat(pace.status().connections()).isLessThanOrEqualTo(2);
      assertThat(pace.status().rowsPerTransaction()).isLessThanOrEqualTo(500);

      // When
      ours.rollback();
      application.get(10, TimeUnit.SECONDS);

      // Then
      await().atMost(SOON).until(() -> pace.status().state() == State.FULL);
      assertThat(pace.status().connections()).isEqualTo(4);
    }
  }

  @Test
  void waitsThatAreNoneOfOurDoingAreNoneOfOurBusiness() throws Exception {
    PolicyFile file = file("");
    try (Databases databases = Databases.connect(file, 4, "reclaim-worker-1");
        Handle handle = databases.get("main").jdbi().open();
        Connection other = system.begin("DELETE FROM job WHERE id = 1")) {
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(() -> change("UPDATE job SET made = now() WHERE id = 1"));
      await()
          .atMost(SOON)
          .until(() -> system.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

      assertThat(new LockWaitSignal("reclaim-worker-1").read(handle)).isEqualTo(Reading.CALM);

      other.rollback();
      waiting.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void twoWorkersShareOneLimit() throws Exception {
    PolicyFile file = file(", limits: { rowsPerSecond: 3000, connections: 3 }");
    try (Databases databases = Databases.connect(file, 8, "reclaim-worker-1");
        Paces one = Paces.start("w", file, databases, 4, InstantSource.system());
        Paces other = Paces.start("w", file, databases, 4, InstantSource.system())) {
      // Given
      AtomicLong rows = new AtomicLong();
      AtomicLong end = new AtomicLong(Long.MAX_VALUE);
      List<CompletableFuture<Void>> work =
          List.of(work(one, file, rows, end), work(other, file, rows, end));
      await().atMost(SOON).until(() -> one.of("main").status().workers() == 2);
      await().atMost(SOON).until(() -> other.of("main").status().workers() == 2);
      await()
          .atMost(SOON)
          .until(
              () ->
                  one.of("main").status().connections() + other.of("main").status().connections()
                      == 3);

      // When
      long before = rows.get();
      long began = System.nanoTime();
      TimeUnit.SECONDS.sleep(4);
      double perSecond = (rows.get() - before) / ((System.nanoTime() - began) / 1e9);
      end.set(0);

      // Then
      // A machine that stalls lets fewer go; each by itself would take 6,000.
      assertThat(perSecond).isBetween(1_500.0, 3_600.0);
      for (CompletableFuture<Void> each : work) {
        each.get(10, TimeUnit.SECONDS);
      }
    }
    await("samplers leave")
        .atMost(SOON)
        .until(
            () ->
                system.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reclaim-pace'")
                    == 0);
  }

  @Test
  void everySignalReadsFromTheServerEvenAsARoleThatMayDoLittle() throws SQLException {
    // Given
    system.execute("CREATE ROLE little LOGIN PASSWORD 'little'");
    system.execute(
        "SELECT pg_create_physical_replication_slot('kept', true), pg_create_physical_replication_slot('fresh')");
    PolicyFile file = file("");
    PolicyFile little = PolicyFileReader.read("p.yaml", text("little", ""), name -> "little");
    try (Databases databases = Databases.connect(file, 1, "reclaim-worker-1");
        Databases narrow = Databases.connect(little, 1, "reclaim-worker-1");
        Handle handle = databases.get("main").jdbi().open();
        Handle narrowHandle = narrow.get("main").jdbi().open()) {
      RowPolicy policy = (RowPolicy) file.policies().get(0);
      List<Signal> signals =
          List.of(
              new LockWaitSignal("reclaim-worker-1"),
              new ReplicaLagSignal(Optional.empty(), System::nanoTime),
              new SlotSignal(),
              new VacuumSignal(() -> List.of(policy.table())));

      // Then
      for (Signal signal : signals) {
        assertThat(signal.read(handle)).as(signal.name()).isEqualTo(Reading.CALM);
        assertThat(signal.read(narrowHandle)).as(signal.name()).isEqualTo(Reading.CALM);
      }
      assertThat(new DiskSignal().read(narrowHandle)).isEqualTo(Reading.CALM);
    } finally {
      system.execute("SELECT pg_drop_replication_slot('kept'), pg_drop_replication_slot('fresh')");
      system.execute("DROP ROLE little");
    }
  }

  @Test
  void seesTheVacuumOfTheTableThatIsCleaned() throws Exception {
    // Given
    system.execute("INSERT INTO job SELECT n, now() FROM generate_series(1001, 300000) n");
    system.execute("DELETE FROM job WHERE id % 2 = 0");
    PolicyFile file = file("");
    RowPolicy policy = (RowPolicy) file.policies().get(0);
    VacuumSignal signal = new VacuumSignal(() -> List.of(policy.table()));
    try (Databases databases = Databases.connect(file, 1, "reclaim-worker-1");
        Handle handle = databases.get("main").jdbi().open()) {
      // When
      CompletableFuture<Void> vacuum =
          CompletableFuture.runAsync(
              () ->
                  change(
                      "SET vacuum_cost_delay = 50", "SET vacuum_cost_limit = 100", "VACUUM job"));

      // Then
      await().atMost(SOON).until(() -> signal.read(handle).pressure() == Pressure.HOLD);
      assertThat(signal.read(handle).reason())
          .startsWith("main.public.job is being vacuumed, with ");
      system.execute(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_vacuum WHERE datname = current_database()");
      assertThat(vacuum).failsWithin(Duration.ofSeconds(10));
      assertThat(signal.read(handle)).isEqualTo(Reading.CALM);
    }
  }

  private static CompletableFuture<Void> work(
      Paces paces, PolicyFile file, AtomicLong rows, AtomicLong end) {
    return CompletableFuture.runAsync(
        () -> {
          while (System.nanoTime() < end.get()) {
            try (Turn turn = enter(paces, file)) {
              rows.addAndGet(turn.rowsMax());
              turn.done(turn.rowsMax(), Duration.ofMillis(10));
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  private static Turn enter(Paces paces, PolicyFile file) throws InterruptedException {
    return paces.of("main").enter((RowPolicy) file.policies().get(0), millis -> true).orElseThrow();
  }

  private void change(String... statements) {
    try (Connection connection = server.connect()) {
      for (String sql : statements) {
        TestSystem.execute(connection, sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private PolicyFile file(String limits) {
    return PolicyFileReader.read("p.yaml", text(server.user(), limits), name -> server.password());
  }

  private String text(String user, String limits) {
    return """
        databases:
          main: { url: "%s", user: %s, password: "${P}"%s }
        policies: [ { name: p, table: main.public.job, expire: { after: 1d, by: made } } ]
        """
        .formatted(server.jdbcUrl(), user, limits);
  }
}
