package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.worker.pace.Throttle.TransactionLength;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private final Throttle throttle = new Throttle(4);

  @Test
  void startsAtFullSpeed() {
    assertThat(throttle.connections()).isEqualTo(4);
    assertThat(throttle.rows()).isEqualTo(1_000);
    assertThat(throttle.isSlowed()).isFalse();
  }

  @Test
  void halvesConnectionsFirstThenRowsAndEndsAtTheLeast() {
    assertThat(after(Pressure.SLOW, 1)).isEqualTo("2 x 1000");
    assertThat(after(Pressure.SLOW, Throttle.SETTLE_SAMPLES)).isEqualTo("1 x 1000");
    assertThat(after(Pressure.SLOW, Throttle.SETTLE_SAMPLES)).isEqualTo("1 x 500");
    assertThat(after(Pressure.SLOW, 100)).isEqualTo("1 x 100");
  }

  @Test
  void halvesBothAtOnceWithoutWaitingForTheEffect() {
    assertThat(after(Pressure.AT_ONCE, 1)).isEqualTo("2 x 500");
    assertThat(after(Pressure.AT_ONCE, 1)).isEqualTo("1 x 250");
    assertThat(after(Pressure.AT_ONCE, 9)).isEqualTo("1 x 100");
  }

  @Test
  void addsAStepForEveryCalmSampleConnectionsFirst() {
    after(Pressure.AT_ONCE, 2);

    assertThat(after(Pressure.NONE, 1)).isEqualTo("2 x 250");
    assertThat(after(Pressure.UNSEEN, 2)).isEqualTo("4 x 250");
    assertThat(after(Pressure.NONE, 1)).isEqualTo("4 x 350");
    assertThat(throttle.isSlowed()).isTrue();
    assertThat(after(Pressure.NONE, 7)).isEqualTo("4 x 1000");
    assertThat(throttle.isSlowed()).isFalse();
  }

  @Test
  void growsBeyondTheStartOnlyWhileTransactionsAreShort() {
    throttle.answer(Pressure.NONE, TransactionLength.MEDIUM);
    assertThat(throttle.rows()).isEqualTo(1_000);
    assertThat(after(Pressure.NONE, 100)).isEqualTo("4 x 5000");
  }

  @Test
  void halvesRowsOfTransactionsThatTakeLong() {
    throttle.answer(Pressure.NONE, TransactionLength.LONG);
    assertThat(throttle.rows()).isEqualTo(500);
  }

  @Test
  void goesNoFasterWhenAskedToHold() {
    after(Pressure.AT_ONCE, 1);
    assertThat(after(Pressure.HOLD, 10)).isEqualTo("2 x 500");
  }

  @Test
  void staysFullWhenTheMaximumRisesAndNeverExceedsIt() {
    throttle.limit(2);
    assertThat(throttle.connections()).isEqualTo(2);
    throttle.limit(8);
    assertThat(throttle.connections()).isEqualTo(8);
    after(Pressure.SLOW, 1);
    throttle.limit(3);
    assertThat(throttle.connections()).isEqualTo(3);
  }

  private String after(Pressure pressure, int samples) {
    for (int i = 0; i < samples; i++) {
      throttle.answer(pressure, TransactionLength.SHORT);
    }
    return throttle.connections() + " x " + throttle.rows();
  }
}
