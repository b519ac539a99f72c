package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.database.Databases;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.pace.Paces;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
