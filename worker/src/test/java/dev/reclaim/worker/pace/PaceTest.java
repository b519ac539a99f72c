package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.policy.Limits;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.RowPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pace with readings as they may come, without a server. */
class PaceTest {
  private static final Reading LAG = new Reading(Pressure.HALT, "lag", "far is behind");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-07-01T12:00:00Z"));
  private final RowPolicy policy =
      (RowPolicy)
          PolicyFileReader.read(
                  "p.yaml",
                  """
                  databases:
                    main: { url: "jdbc:postgresql://db/app", user: u, password: "${P}" }
                  policies: [ { name: p, table: main.public.t, expire: { after: 1d, by: at } } ]
                  """,
                  name -> "x")
              .policies()
              .get(0);
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    pool.shutdownNow();
  }

  @Test
  void letsAllInAtOnceWithoutLimits() throws InterruptedException {
    Pace pace = pace(Limits.NONE);
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      turns.add(pace.enter(policy, PaceTest::noPatience).orElseThrow());
    }

    assertThat(turns).extracting(Turn::rowsMax).containsOnly(1_000);
    assertThat(pace.status().state()).isEqualTo(State.FULL);
    assertThat(pace.status().reason()).isEmpty();
    assertThat(pace.enter(policy, PaceTest::noPatience)).as("the fifth of four").isEmpty();
    turns.get(0).close();
    assertThat(pace.enter(policy, PaceTest::noPatience)).isPresent();
  }

  @Test
  void costsNextToNothingWithoutLimits() throws InterruptedException {
    Pace pace = pace(Limits.NONE);
    for (int i = 0; i < 20_000; i++) {
      turn(pace);
    }
    long began = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      turn(pace);
    }
    assertThat((System.nanoTime() - began) / 20_000)
        .as("nanoseconds a turn")
        .isLessThan(TimeUnit.MICROSECONDS.toNanos(50));
  }

  @Test
  void letsNobodyInWhileItIsStoppedAndEverybodyAfterwardsInTheirOrder() throws Exception {
    // Given
    Pace pace = new Pace("w", "main", Limits.NONE, 1, now::get, System::nanoTime);
    pace.observe(List.of(Reading.CALM, LAG), Fleet.ALONE);
    List<Integer> order = new ArrayList<>();
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int me = i;
      waiting.add(
          CompletableFuture.runAsync(
              () -> {
                try (Turn turn = pace.enter(policy, millis -> true).orElseThrow()) {
                  synchronized (order) {
                    order.add(me);
                  }
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              pool));
      TimeUnit.MILLISECONDS.sleep(150);
    }
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(pace.status().state()).isEqualTo(State.PAUSED);
    assertThat(pace.status().reason()).isEqualTo("far is behind");

    // When
    pace.observe(List.of(Reading.CALM), Fleet.ALONE);

    // Then
    for (CompletableFuture<Void> one : waiting) {
      one.get(5, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly(0, 1, 2);
    assertThat(pace.status().state()).isEqualTo(State.SLOWED);
    assertThat(pace.status().reason()).isEqualTo("recovering; before, far is behind");
  }

  @Test
  void givesTurnsInsideTheWindowOnly() throws Exception {
    // Given
    Pace pace =
        pace(
            PolicyFileReader.read(
                    "p.yaml",
                    """
                    databases:
                      main: { url: "jdbc:postgresql://db/app", user: u, password: "${P}", limits: { window: "22:00-06:00 Europe/Berlin" } }
                    policies: [ { name: p, table: main.public.t, expire: { after: 1d, by: at } } ]
                    """,
                    name -> "x")
                .databases()
                .values()
                .iterator()
                .next()
                .limits());
    assertThat(pace.enter(policy, PaceTest::noPatience)).isEmpty();
    assertThat(pace.status().state()).isEqualTo(State.PAUSED);
    assertThat(pace.status().reason())
        .isEqualTo(
            "outside the window 22:00-06:00 Europe/Berlin, which opens at 2026-07-01T22:00+02:00[Europe/Berlin]");

    // When
    CompletableFuture<Turn> waiting = CompletableFuture.supplyAsync(() -> enter(pace), pool);
    now.set(Instant.parse("2026-07-01T20:00:00Z"));

    // Then
    Turn turn = waiting.get(5, TimeUnit.SECONDS);
    now.set(Instant.parse("2026-07-02T04:00:00Z"));
    assertThat(pace.enter(policy, PaceTest::noPatience)).as("closed again").isEmpty();
    turn.done(10, Duration.ofMillis(1));
    turn.close();
    assertThat(pace.status().connections()).isZero();
  }

  @Test
  void holdsRowsPerSecondWithinATenthWhateverTheTransactionsTake() throws Exception {
    // Given
    Pace pace = pace(limits(5_000, 0));
    AtomicLong rows = new AtomicLong();
    long began = System.nanoTime();
    long end = began + TimeUnit.SECONDS.toNanos(4);

    // When
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int children = i;
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                while (System.nanoTime() < end) {
                  try (Turn turn = enter(pace)) {
                    long done = turn.rowsMax() / 2L + children * 300L;
                    rows.addAndGet(done);
                    turn.done(done, Duration.ofMillis(5));
                  }
                }
              },
              pool));
    }
    workers.forEach(CompletableFuture::join);

    // Then
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(rows.get() / seconds).isBetween(4_500.0, 5_500.0);
    assertThat(pace.status().state()).isEqualTo(State.LIMITED);
    assertThat(pace.status().reason()).isEqualTo("limits.rowsPerSecond is 5000");
    assertThat(pace.status().rowsPerSecond()).isBetween(4_000L, 6_500L);
  }

  @Test
  void takesItsPartWhenOthersAreAtWork() throws InterruptedException {
    Pace pace = pace(limits(8_000, 3));
    pace.observe(List.of(), new Fleet(2, 0, 0));
    assertThat(pace.status().connections()).isEqualTo(2);
    assertThat(pace.status().rowsPerTransaction()).isEqualTo(1_000);

    pace.observe(List.of(), new Fleet(2, 0, Fleet.ROUND_SECONDS));
    assertThat(pace.status().connections()).isEqualTo(1);
    assertThat(pace.status().state()).isNotEqualTo(State.SLOWED);

    pace.observe(List.of(), new Fleet(4, 3, 0));
    assertThat(pace.status().connections()).isZero();
    assertThat(pace.enter(policy, PaceTest::noPatience)).isEmpty();
    assertThat(pace.status().reason())
        .isEqualTo("other workers have the connections for some seconds");
    assertThat(pace.status().rowsPerTransaction()).isEqualTo(500);
    assertThat(pace.status().workers()).isEqualTo(4);
  }

  @Test
  void waitsForTheFirstLookWhereALagIsLimited() throws InterruptedException {
    Pace pace =
        pace(
            new Limits(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of(Duration.ofSeconds(10)),
                Optional.empty()));
    assertThat(pace.enter(policy, PaceTest::noPatience)).isEmpty();
    pace.observe(List.of(), Fleet.ALONE);
    try (Turn turn = pace.enter(policy, PaceTest::noPatience).orElseThrow()) {
      assertThat(turn.rowsMax()).isEqualTo(1_000);
    }
    pace.rest();
    assertThat(pace.enter(policy, PaceTest::noPatience)).as("nobody looks").isEmpty();
    pace.couldNotLook("no answer");
    assertThat(pace.enter(policy, PaceTest::noPatience)).isPresent();
    assertThat(pace.status().notes())
        .containsExactly("the database could not be looked at: no answer");
  }

  @Test
  void isAwakenedBySomebodyWhoWantsToDelete() throws Exception {
    Pace pace = pace(Limits.NONE);
    assertThat(pace.isIdle()).isTrue();
    assertThat(pace.status().state()).isEqualTo(State.IDLE);
    CompletableFuture<Void> sampler =
        CompletableFuture.runAsync(
            () -> {
              try {
                pace.awaitWork();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            pool);
    turn(pace);
    await().atMost(Duration.ofSeconds(5)).until(sampler::isDone);
    assertThat(pace.tables()).containsExactly(policy.table());
  }

  private Pace pace(Limits limits) {
    InstantSource clock = now::get;
    return new Pace("w", "main", limits, 4, clock, System::nanoTime);
  }

  private static Limits limits(int rowsPerSecond, int connections) {
    return new Limits(
        OptionalInt.of(rowsPerSecond),
        connections == 0 ? OptionalInt.empty() : OptionalInt.of(connections),
        Optional.empty(),
        Optional.empty());
  }

  private void turn(Pace pace) {
    try (Turn turn = enter(pace)) {
      turn.done(turn.rowsMax(), Duration.ofMillis(10));
    }
  }

  private Turn enter(Pace pace) {
    try {
      return pace.enter(policy, millis -> true).orElseThrow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean noPatience(long millis) {
    return false;
  }
}
