package dev.reclaim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void comparesWithinEachRoundAndTakesTheMedian() {
    // Given three rounds of a machine that gets slower
    Comparison comparison = new Comparison("rows", "one DELETE");
    double[] other = {0.5, 2, 12};
    for (int round = 0; round < 3; round++) {
      comparison.add("one DELETE", (round + 1) * 1_000_000_000L, 100);
      comparison.add("other", (long) (other[round] * 1e9), 100);
    }

    // Then
    assertThat(comparison.getStandings())
        .extracting(Comparison.Standing::contender, Comparison.Standing::ratio)
        .containsExactly(tuple("one DELETE", 1.0), tuple("other", 1.0));
    assertThat(comparison.getStandings().get(1).rounds().get(2).perSecond()).isEqualTo(100 / 12.0);
  }
}
