package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.worker.pace.Throttle.TransactionLength;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatencySignalTest {
  private final LatencySignal signal = new LatencySignal();

  @Test
  void noticesThatDeletingTakesManyTimesTheUsual() {
    seconds(10, 1_000, 30);

    second(1_000, 150);
    assertThat(signal.read().pressure()).as("once is none").isEqualTo(Pressure.NONE);
    second(1_000, 150);
    assertThat(signal.read())
        .isEqualTo(
            new Reading(
                Pressure.SLOW,
                "the latency of deleting",
                "deleting by p takes 150 µs a row, 5.0 times the usual"));
  }

  @Test
  void takesNothingForUsualBeforeItHasSeenEnough() {
    seconds(1, 1_000, 30);
    assertThat(seconds(2, 1_000, 300)).isEqualTo(Pressure.NONE);
  }

  @Test
  void isNotMisledByASlowStart() {
    seconds(4, 1_000, 300);
    seconds(40, 1_000, 30);
    assertThat(seconds(2, 1_000, 150)).isEqualTo(Pressure.SLOW);
  }

  @Test
  void holdsOnlyLikeAgainstLike() {
    seconds(10, 1_000, 30);

    assertThat(seconds(5, 100, 25)).as("small ones cost more a row").isEqualTo(Pressure.NONE);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 10; j++) {
        signal.record("other", 1_000, Duration.ofMillis(300), 4);
        signal.record("p", 1_000, Duration.ofMillis(300), 8);
      }
      assertThat(signal.read().pressure()).isEqualTo(Pressure.NONE);
    }
  }

  @Test
  void leavesTransactionsAloneThatNobodyFeels() {
    seconds(10, 1_000, 2);
    assertThat(seconds(5, 1_000, 19)).isEqualTo(Pressure.NONE);
  }

  @Test
  void takesALastingChangeForUsualInTheEnd() {
    seconds(10, 1_000, 30);
    assertThat(seconds(60, 1_000, 150)).isEqualTo(Pressure.SLOW);
    assertThat(seconds(120, 1_000, 150)).isEqualTo(Pressure.NONE);
  }

  @Test
  void saysHowLongTransactionsAre() {
    signal.record("p", 10, Duration.ofMillis(49), 1);
    signal.read();
    assertThat(signal.length()).isEqualTo(TransactionLength.SHORT);
    signal.record("p", 10, Duration.ofMillis(1_001), 1);
    signal.record("p", 10, Duration.ofMillis(10), 1);
    signal.read();
    assertThat(signal.length()).isEqualTo(TransactionLength.LONG);
    signal.read();
    assertThat(signal.length()).isEqualTo(TransactionLength.MEDIUM);
  }

  private void second(int rows, long millis) {
    for (int i = 0; i < 10; i++) {
      signal.record("p", rows, Duration.ofMillis(millis), 4);
    }
  }

  private Pressure seconds(int count, int rows, long millis) {
    Pressure last = Pressure.NONE;
    for (int i = 0; i < count; i++) {
      second(rows, millis);
      last = signal.read().pressure();
    }
    return last;
  }
}
