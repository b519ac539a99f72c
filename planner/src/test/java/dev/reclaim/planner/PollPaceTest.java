package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollPaceTest {
  @Test
  void waitsASmallShareOfTheTimeSoFarWithinItsLimits() {
    assertThat(PollPace.waitMs(0)).isEqualTo(20);
    assertThat(PollPace.waitMs(399)).isEqualTo(20);
    assertThat(PollPace.waitMs(4_000)).isEqualTo(200);
    assertThat(PollPace.waitMs(3_600_000)).isEqualTo(1_000);
  }
}
