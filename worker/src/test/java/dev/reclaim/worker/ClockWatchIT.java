package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.pace.Paces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose clock the test sets, a real database and a real broker. */
@RequiresServers
class ClockWatchIT {
  private final KafkaSettings kafka;
  private final TestSystem system;
  private final Databases databases;
  private final Paces paces;
  private Duration wrong = Duration.ZERO;

  ClockWatchIT(TestServers servers, TestDatabase database) throws SQLException {
    kafka = new KafkaSettings(servers.kafkaBootstrap(), Topics.DEFAULT, 1, (short) -1);
    system = new TestSystem(database);
    databases = system.open();
    PolicyFile file =
        system.policies("policies: [{ name: p, table: main.s.t, expire: { after: P1D, by: c } }]");
    paces = Paces.start("tester", file, databases, 2, InstantSource.system());
  }

  @AfterEach
  void close() throws SQLException {
    paces.close();
    databases.close();
    system.close();
  }

  @Test
  void nothingIsDeletedWhileTheClocksOfProcessAndDatabaseAreApart() {
    ClockWatch watch = new ClockWatch(databases, Optional::empty, paces, this::now);
    watch.run();
    assertThat(paces.of("main").held()).isEmpty();

    // When
    wrong = Duration.ofSeconds(7);
    watch.run();

    // Then
    PaceStatus status = paces.statuses().get(0);
    assertThat(status.state()).isEqualTo(State.PAUSED);
    assertThat(status.reason())
        .matches("the clock of the database main is [67][.][0-9] s behind this process's: .*");
    assertThat(watch.aheadMs().get("the database main")).isBetween(-7_500L, -6_000L);

    // When it is mended
    wrong = Duration.ZERO;
    watch.run();

    // Then
    assertThat(paces.of("main").held()).isEmpty();
    assertThat(paces.statuses().get(0).state()).isEqualTo(State.IDLE);
  }

  @Test
  void neitherRowsNorFilesGoWhileTheClocksAreApart(@TempDir Path directory) throws Exception {
    // Given a row, a file and a file in quarantine that are due
    system.execute(
        """
        CREATE SCHEMA shop;
        CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz);
        INSERT INTO shop.item VALUES (1, now() - interval '40 days')
        """);
    Path old = Files.writeString(directory.resolve("a.png"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    PolicyFile file =
        system.policies(
            """
            stores: { media: { directory: "%s", state: main } }
            policies:
              - { name: items, table: main.shop.item, expire: { after: P30D, by: made }, producers: allowed }
              - { name: orphans, store: media, older-than: P1D, referenced-by: none, producers: allowed }
            """
                .formatted(directory));
    List<Claim> claims =
        List.of(
            new ExpiredRecords("items", null, Instant.now(), List.of(List.of("1"))),
            new OrphanedFiles(
                "orphans",
                null,
                "media",
                null,
                List.of(new ClaimedFile("a.png", null, null, null))),
            new QuarantinedFiles("orphans", null, "media", List.of("a")));
    try (ObjectStore store = ObjectStores.open("media", new DirectorySettings(directory))) {
      ClaimProcessor processor = processor(file, store);
      wrong = Duration.ofSeconds(7);
      new ClockWatch(databases, Optional::empty, paces, this::now).run();

      // When, then
      for (Claim claim : claims) {
        assertThatThrownBy(() -> processor.process(TestSystem.received(claim), 1, wait -> true))
            .isInstanceOf(AwayException.class)
            .hasMessageContaining("behind this process's");
      }
      assertThat(system.ids("shop.item")).containsExactly("1");
      assertThat(old).exists();

      // When they agree again
      wrong = Duration.ZERO;
      new ClockWatch(databases, Optional::empty, paces, this::now).run();
      for (Claim claim : claims.subList(0, 2)) {
        Settled settled = processor.process(TestSystem.received(claim), 1, wait -> true);
        assertThat(settled.outcome().counts().deleted()).isEqualTo(1);
      }
    }
  }

  private ClaimProcessor processor(PolicyFile file, ObjectStore store) {
    Map<String, ObjectStore> stores = Map.of("media", store);
    return new ClaimProcessor(
        file,
        databases,
        RowTargets.resolve(file, databases),
        new FileCleanups(file, databases, stores, "tester"),
        new LeftoverCleanups(file, databases, stores, "tester"),
        new Backends(new Absences(), new SteadyClock(System::nanoTime)),
        paces,
        "tester");
  }

  @Test
  void aBrokerTellsItsTimeAndStopsAllThatDisagreesWithIt() {
    try (BrokerClock brokers = new BrokerClock(kafka)) {
      assertThat(brokers.get()).isPresent();

      // When
      wrong = Duration.ofDays(-3650);
      ClockWatch watch = new ClockWatch(databases, brokers, paces, this::now);
      watch.run();

      // Then
      assertThat(paces.of("main").held().orElseThrow())
          .startsWith("the clock of the brokers is ")
          .contains(" ahead of ");

      // When
      wrong = Duration.ofSeconds(4);
      watch.run();

      // Then
      assertThat(paces.of("main").held()).isEmpty();
      assertThat(watch.aheadMs()).containsOnlyKeys("the brokers", "the database main");
    }
  }

  private Instant now() {
    return Instant.now().plus(wrong);
  }
}
