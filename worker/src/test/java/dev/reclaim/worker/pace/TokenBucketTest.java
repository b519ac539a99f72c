package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final TokenBucket bucket = new TokenBucket(1_000, 0);

  @Test
  void givesAQuarterSecondsRowsAtOnceAndTheRestInTime() {
    assertThat(bucket.rowsMax()).isEqualTo(250);
    assertThat(bucket.waitNanos(250, 0)).isZero();
    bucket.take(250);
    assertThat(bucket.waitNanos(100, 0)).isEqualTo(SECOND / 10);
    assertThat(bucket.waitNanos(100, SECOND / 10)).isZero();
  }

  @Test
  void savesUpNoMoreHoweverLongNobodyAsks() {
    bucket.take(250);
    assertThat(bucket.waitNanos(250, 3_600 * SECOND)).isZero();
    bucket.take(250);
    assertThat(bucket.waitNanos(1, 3_600 * SECOND)).isEqualTo(SECOND / 1_000);
  }

  @Test
  void letsWhatWasTakenTooMuchBeWaitedFor() {
    bucket.take(250);
    bucket.take(5_000);
    assertThat(bucket.waitNanos(100, 0)).isEqualTo(51 * SECOND / 10);
  }

  @Test
  void takesBackWhatWasNotUsed() {
    bucket.take(250);
    bucket.take(-200);
    assertThat(bucket.waitNanos(200, 0)).isZero();
  }

  @Test
  void keepsItsDebtsWhenTheRateChanges() {
    bucket.take(1_250);
    bucket.rate(500, 0);
    assertThat(bucket.waitNanos(125, 0)).isEqualTo(2_250 * SECOND / 1_000);
  }

  @Test
  void givesSingleRowsOfARateBelowOne() {
    TokenBucket slow = new TokenBucket(0.5, 0);
    slow.take(1);
    assertThat(slow.waitNanos(1, 0)).isEqualTo(2 * SECOND);
    assertThat(slow.rowsMax()).isEqualTo(1);
  }
}
