package dev.reclaim.worker.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.ledger.Settled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that go because their files are gone; the claims are about every row. */
@RequiresServers
class GoneFilesIT {
  private final TestSystem system;
  private final Databases databases;
  @TempDir private Path directory;
  private Path media;

  @SuppressWarnings("NullAway.Init")
  GoneFilesIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @BeforeEach
  void shop() throws Exception {
    system.clean("shop");
    system.execute(
        """
        CREATE TABLE shop.job (id bigint PRIMARY KEY, url text, thumb text, made timestamptz DEFAULT now() - interval '40 days')
        """);
    system.execute("TRUNCATE reclaim.quarantined_file");
    media = Files.createDirectory(directory.resolve("media"));
    write("there.png");
    write("a b.png");
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void deletesExactlyTheOldRowsAllOfWhoseFilesAreGone() throws SQLException {
    // Given
    system.execute(
        """
        INSERT INTO shop.job (id, url) VALUES (1, 'gone.png'), (2, 'there.png'), (3, 'a%20b.png'), (4, NULL), (5, ''),
          (6, 'https://elsewhere.example.org/gone.png'), (7, 'gs://media/gone.png'), (10, '["gone.png", "there.png"]');
        INSERT INTO shop.job (id, url, thumb) VALUES (8, 'gone.png', 'there.png'), (9, 'gone.png', 'gone too.png');
        INSERT INTO shop.job VALUES (11, 'gone.png', NULL, now() - interval '23 hours'), (12, 'gone.png', NULL, NULL)
        """);

    // When
    CleanupOutcome outcome = carryOut();

    // Then
    assertThat(outcome.counts().deleted()).isEqualTo(2);
    assertThat(ids())
        .containsExactlyInAnyOrder("2", "3", "4", "5", "6", "7", "8", "10", "11", "12");
    assertThat(
            system.number(
                "SELECT coalesce(sum(jsonb_array_length(follow_ups)), 0) FROM reclaim.ledger WHERE policy = 'broken'"))
        .isZero();
  }

  @Test
  void keepsARowWhoseFileHasComeSinceItWasClaimed() throws Exception {
    // Given
    system.execute("INSERT INTO shop.job VALUES (1, 'late.png'), (2, 'gone.png')");
    write("late.png");

    // When
    carryOut();

    // Then
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void keepsARowThatNamesAnotherFileSinceItsFileWasLookedFor() throws SQLException {
    // Given
    system.execute("INSERT INTO shop.job VALUES (1, 'gone.png'), (2, 'gone.png')");

    // When: it is changed between the look and the deletion
    CleanupOutcome outcome =
        carryOut(
            (store, paths) -> {
              try {
                system.execute("UPDATE shop.job SET url = 'there.png' WHERE id = 1");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
              return cleanups().there(store, paths);
            });

    // Then
    assertThat(outcome.counts().guarded()).isEqualTo(1);
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void keepsAllRowsOfAStoreThatIsAwayOrEmpty() throws Exception {
    // Given
    system.execute("INSERT INTO shop.job VALUES (1, 'gone.png')");
    Files.delete(media.resolve("there.png"));
    Files.delete(media.resolve("a b.png"));

    // When it is empty
    carryOut();

    // Then
    assertThat(ids()).containsExactly("1");

    // When it is away
    Files.delete(media);
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::carryOut);

    // Then
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void keepsARowWhoseFileIsInQuarantine() throws SQLException {
    // Given
    system.execute("INSERT INTO shop.job VALUES (1, 'kept.png'), (2, 'gone.png')");
    system.execute(
        """
        INSERT INTO reclaim.quarantined_file (store, name, path, version, size, policy, run, state, planned_on, source, id)
        VALUES ('media', 'run/1', 'kept.png', 'v', 1, 'p', 'r', 'kept', now(), 's', 'i')
        """);

    // When
    carryOut();

    // Then
    assertThat(ids()).containsExactly("1");
  }

  private CleanupOutcome carryOut() throws SQLException {
    return carryOut(cleanups()::there);
  }

  private CleanupOutcome carryOut(GoneFiles.Stores stores) throws SQLException {
    PolicyFile file = policies();
    RowTarget target = Objects.requireNonNull(RowTargets.resolve(file, databases).get("broken"));
    ExpiredRecords claim =
        new ExpiredRecords(
            "broken", null, Instant.now(), system.ids("shop.job").stream().map(List::of).toList());
    RowCleanup cleanup =
        new RowCleanup(
            databases.get("main"),
            target,
            new LinkedFileClaims(target.policy(), (store, text) -> Optional.of(text)),
            "tester",
            Optional.of(new GoneFiles(new NamedFiles(file, target), stores)));
    assertThat(cleanup.carryOut(List.of(TestSystem.received(claim)), 1)).isEmpty();
    List<Settled> settled = cleanup.carryOut(TestSystem.received(claim), claim, 1).settled();
    return settled.get(0).outcome();
  }

  private FileCleanups cleanups() {
    ObjectStore store = ObjectStores.open("media", new DirectorySettings(media));
    return new FileCleanups(policies(), databases, Map.of("media", store), "tester");
  }

  private PolicyFile policies() {
    return system.policies(
        """
        stores: { media: { directory: "%s", state: main } }
        policies:
          - name: broken
            table: main.shop.job
            expire: { after: P30D, by: made, files: gone }
            files: [ { column: url, store: media }, { column: thumb, store: media } ]
        """
            .formatted(media));
  }

  private List<String> ids() throws SQLException {
    return system.ids("shop.job");
  }

  private void write(String name) throws IOException {
    Files.writeString(media.resolve(name), name);
  }
}
