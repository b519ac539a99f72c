package dev.reclaim.bench.contenders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyArraysTest {
  @Test
  void keepsTheOrderAndEveryKeyOnce() {
    assertThat(KeyArrays.cut(List.of(5L, 4L, 3L, 2L, 1L), 2))
        .containsExactly(new Long[] {5L, 4L}, new Long[] {3L, 2L}, new Long[] {1L});
  }
}
