package dev.reclaim.worker.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A clock that jumps: the database's, by which planners reckon, or the worker's own. The claims are
 * those of a planner that holds everything for old.
 */
@RequiresServers
class ClockJumpIT {
  /** Found before the system's own. */
  private static final String CLOCK =
      """
      DROP SCHEMA IF EXISTS clock CASCADE;
      CREATE SCHEMA clock;
      CREATE TABLE clock.jump (by interval NOT NULL);
      INSERT INTO clock.jump VALUES ('0');
      CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql
        RETURN pg_catalog.now() + (SELECT by FROM clock.jump);
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = clock, pg_catalog, public', current_database());
      END $$;
      """;

  private static final List<String> LIVE = List.of("named", "named too", "young", "new");
  private static final List<String> ORPHANS = List.of("orphan", "orphan since yesterday");

  private final TestSystem system;
  @TempDir private Path directory;
  private Databases databases;

  @SuppressWarnings("NullAway.Init")
  ClockJumpIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
  }

  @BeforeEach
  void open() throws Exception {
    system.open().close();
    system.clean("shop");
    system.execute("TRUNCATE reclaim.store_intent, reclaim.open_claim, reclaim.ledger");
    system.execute(CLOCK);
    system.execute(
        "CREATE TABLE shop.asset (url text); INSERT INTO shop.asset VALUES ('named'), ('named%20too')");
    databases = system.open();
    plant("named", Duration.ofDays(9));
    plant("named too", Duration.ofDays(9));
    plant("young", Duration.ofMinutes(24 * 60 - 30));
    plant("new", Duration.ZERO);
    plant("orphan", Duration.ofDays(9));
    plant("orphan since yesterday", Duration.ofMinutes(24 * 60 + 30));
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @ParameterizedTest
  @CsvSource({
    "database, 1 hour",
    "database, -1 hour",
    "database, 10 years",
    "database, -10 years",
    "worker, PT1H",
    "worker, PT-1H",
    "worker, P3652D",
    "worker, P-3652D"
  })
  void aJumpTakesNothingThatLivesAndInTheEndExactlyTheOrphansAreGone(String whose, String by)
      throws Exception {
    // Given
    InstantSource clock = InstantSource.system();
    if (whose.equals("worker")) {
      clock = InstantSource.offset(clock, Duration.parse(by));
    } else {
      jump(by);
    }

    // When
    carryOut(clock);

    // Then
    assertThat(files()).containsAll(LIVE);

    // When the clock is right again
    jump("0");
    carryOut(InstantSource.system());

    // Then
    assertThat(files()).containsExactlyInAnyOrderElementsOf(LIVE);
    assertThat(
            system.number(
                "SELECT sum((outcome -> 'counts' ->> 'deleted')::int) FROM reclaim.ledger WHERE run IS NULL"))
        .isEqualTo(ORPHANS.size());
  }

  private void jump(String by) throws SQLException {
    system.execute("UPDATE clock.jump SET by = interval '%s'".formatted(by));
  }

  private void carryOut(InstantSource clock) {
    PolicyFile file =
        system.policies(
            """
            stores: { media: { directory: "%s", state: main } }
            policies:
              - name: orphans
                store: media
                older-than: P1D
                referenced-by: [ { table: main.shop.asset, column: url } ]
            """
                .formatted(directory));
    ObjectStore store = ObjectStores.open("media", new DirectorySettings(directory));
    OrphanedFiles claim =
        new OrphanedFiles(
            "orphans",
            null,
            "media",
            null,
            Stream.concat(LIVE.stream(), ORPHANS.stream())
                .map(path -> new ClaimedFile(path, null, null, null))
                .toList());
    ReceivedClaim received = TestSystem.received(claim);
    Object unused =
        new FileCleanups(file, databases, Map.of("media", store), "tester", System::nanoTime, clock)
            .of(file.policy("orphans").orElseThrow(), claim)
            .carryOut(received, claim, 1);
  }

  private void plant(String path, Duration old) throws IOException {
    Path file = Files.writeString(directory.resolve(path), path);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(old)));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }
}
