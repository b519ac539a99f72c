package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestPaceTest {
  private long now = 42;
  private final RequestPace pace = new RequestPace(() -> now);

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Asks for as many turns as there are in a second, evenly. */
  private void ask(int perSecond) {
    for (int i = 0; i < perSecond; i++) {
      long unused = pace.turn();
      pass(1_000 / perSecond);
    }
  }

  @Test
  void keepsNobodyWaitingWhileNothingIsRefused() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(pace.turn()).isZero();
    }
  }

  @Test
  void halvesWhatTheBucketGotAndRegainsItInTenSeconds() {
    ask(100);
    ask(100);

    pace.refused();

    assertThat(pace.perSecond()).isCloseTo(50, within(2.0));
    pass(5_000);
    assertThat(pace.perSecond()).isCloseTo(75, within(3.0));
    pass(5_000);
    assertThat(pace.perSecond()).isCloseTo(100, within(4.0));
  }

  @Test
  void spreadsTurnsEvenly() {
    ask(100);
    ask(100);
    pace.refused();

    long first = pace.turn();
    long second = pace.turn();
    long third = pace.turn();

    assertThat(second - first).isCloseTo(TimeUnit.MILLISECONDS.toNanos(20), within(2_000_000L));
    assertThat(third - second).isEqualTo(second - first);
  }

  @Test
  void halvesOnceForRefusalsOfTheSameCrowd() {
    ask(100);
    ask(100);

    for (int i = 0; i < 30; i++) {
      pace.refused();
    }
    assertThat(pace.perSecond()).isCloseTo(50, within(2.0));

    pass(600);
    pace.refused();
    assertThat(pace.perSecond()).isLessThan(30);
  }

  @Test
  void neverStopsAltogether() {
    ask(10);
    for (int i = 0; i < 100; i++) {
      pace.refused();
      pass(600);
    }

    assertThat(pace.perSecond()).isBetween(RequestPace.PER_SECOND_MIN, 3.0);
  }
}
