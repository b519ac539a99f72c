package dev.reclaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.MapEntry;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final Comparison comparison = new Comparison("rows", "one DELETE");

  /** Three rounds of a machine that gets slower. */
  private void rounds() {
    double[] other = {0.5, 2, 12};
    double[] third = {1, 3, 6};
    for (int round = 0; round < 3; round++) {
      comparison.add("one DELETE", (round + 1) * 1_000_000_000L, 100);
      comparison.add("other", (long) (other[round] * 1e9), 100);
      comparison.add("third", (long) (third[round] * 1e9), 100);
    }
  }

  @Test
  void comparesWithinEachRoundAndTakesTheMedian() {
    rounds();

    assertThat(comparison.ratios())
        .containsExactly(
            MapEntry.entry("one DELETE", 1.0),
            MapEntry.entry("other", 1.0),
            MapEntry.entry("third", 2.0 / 3));
    assertThat(comparison.seconds().get("other")).containsExactly(0.5, 2.0, 12.0);
  }

  @Test
  void comparesAnyTwoOfARound() {
    rounds();

    assertThat(comparison.speed("other", "third")).hasValue(1.5);
    assertThat(comparison.speed("third", "other")).hasValue(2.0 / 3);
    assertThat(comparison.speed("third", "nobody")).isEmpty();
  }
}
