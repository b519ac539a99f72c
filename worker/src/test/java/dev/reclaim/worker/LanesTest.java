package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What shares threads and transactions, and what must not. */
class LanesTest {
  private static final int THREADS = 2;
  private static final int IN_FLIGHT_MAX = 8;
  private static final Instant CUTOFF = Instant.parse("2026-10-01T00:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FakeHandling handling = new FakeHandling();

  @Test
  void aRecordWhoseReadingFailsLeavesTheOthersAlone() throws InterruptedException {
    // Given one between two others that nobody can read, and nobody has thought of
    List<FakeDelivery> deliveries = deliveries(3);
    handling.claims.put(0L, claim("p"));
    handling.claims.put(2L, claim("p"));
    List<ReceivedClaim> shared = new ArrayList<>();

    // When
    lanes(
            (claims, patience) -> {
              shared.addAll(claims);
              return new ClaimProcessor.Shared(claims.size(), Optional.empty());
            })
        .carryOut(queue(deliveries), 3, Runnable::run);

    // Then
    assertThat(shared).hasSize(2);
    assertThat(handling.carriedOut).hasSize(2);
    assertThat(handling.retried).containsExactly(deliveries.get(1));
  }

  @Test
  void aGroupGoesOnWhenItsFirstGivesUpItsTurn() throws InterruptedException {
    // Given three claims of which the first, and the last, are of a partition that was lost
    List<FakeDelivery> deliveries = deliveries(4);
    List<Taken> group =
        deliveries.stream().map(delivery -> new Taken(delivery, claim("p"))).toList();
    deliveries.get(0).ours = false;
    deliveries.get(3).ours = false;
    List<Integer> sizes = new ArrayList<>();

    // When
    new ClaimBatch(
            handling,
            (claims, patience) -> {
              sizes.add(claims.size());
              if (!patience.waitFor(0)) {
                throw new ClaimProcessor.GivenUpException();
              }
              return new ClaimProcessor.Shared(claims.size(), Optional.empty());
            },
            group)
        .carryOut();

    // Then
    assertThat(sizes).containsExactly(4, 2);
    assertThat(handling.carriedOut).containsExactly(group.get(1).claim(), group.get(2).claim());
  }

  @Test
  void aBackendThatDoesNotAnswerHoldsOnlyItsOwnThreads() throws InterruptedException {
    // Given a backend with two threads, neither of which comes back
    CountDownLatch end = new CountDownLatch(1);
    List<FakeDelivery> deliveries = deliveries(8);
    for (long offset = 0; offset < 8; offset++) {
      handling.claims.put(offset, claim(offset < 6 ? "dead" : "alive"));
    }
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<String> done = new ArrayList<>();
    AtomicInteger held = new AtomicInteger();
    Lanes lanes =
        lanes(
            (claims, patience) -> {
              String policy = claims.get(0).claim().policy();
              if (policy.equals("dead")) {
                held.addAndGet(claims.size());
                end.await();
              }
              synchronized (done) {
                claims.forEach(claim -> done.add(policy));
              }
              return new ClaimProcessor.Shared(claims.size(), Optional.empty());
            });

    // When
    Deque<Delivery> queue = new ArrayDeque<>(deliveries);
    while (!queue.isEmpty()) {
      lanes.carryOut(() -> Optional.ofNullable(queue.poll()), 1, pool);
    }

    // Then the other goes on, and what no thread has taken waits elsewhere
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              synchronized (done) {
                assertThat(done).containsExactly("alive", "alive");
              }
            });
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              lanes.tend();
              assertThat(held.get()).isBetween(THREADS, IN_FLIGHT_MAX / 2);
              assertThat(handling.waiting).hasSize(6 - held.get());
            });
    end.countDown();
    pool.shutdown();
  }

  private Lanes lanes(ClaimBatch.Sharing sharing) {
    Waits waits = new Waits(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(1));
    return new Lanes(
        handling,
        sharing,
        claim -> claim.claim().policy(),
        new WorkerSettings("tester", "g", THREADS, IN_FLIGHT_MAX, PATIENCE, waits));
  }

  private static List<FakeDelivery> deliveries(int number) {
    List<FakeDelivery> deliveries = new ArrayList<>();
    for (int offset = 0; offset < number; offset++) {
      deliveries.add(new FakeDelivery(offset));
    }
    return deliveries;
  }

  private static Supplier<Optional<Delivery>> queue(List<FakeDelivery> deliveries) {
    Deque<Delivery> queue = new ArrayDeque<>(deliveries);
    return () -> Optional.ofNullable(queue.poll());
  }

  private static ReceivedClaim claim(String policy) {
    return TestSystem.received(new ExpiredRecords(policy, null, CUTOFF, List.of(List.of("1"))));
  }
}
