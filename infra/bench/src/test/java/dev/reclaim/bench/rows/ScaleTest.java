package dev.reclaim.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void growsFromATenthToFourTimesTheMainTable() {
    assertThat(Scale.full(5_000).growth()).containsExactly(100_000, 1_000_000, 4_000_000);
    assertThat(Scale.full(5_000).partitionJobs()).isEqualTo(500_000);
  }

  @Test
  void neverHasMoreRoundsAsideThanRounds() {
    assertThat(Scale.full(5_000).withRounds(1).sideRounds()).isEqualTo(1);
    assertThat(Scale.full(5_000).withRounds(9).sideRounds()).isEqualTo(2);
  }
}
