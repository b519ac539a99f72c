package dev.reclaim.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void everyRoundBeginsWithAnother() {
    List<String> all = List.of("a", "b", "c");

    assertThat(Rounds.rotated(all, 0)).containsExactly("a", "b", "c");
    assertThat(Rounds.rotated(all, 1)).containsExactly("b", "c", "a");
    assertThat(Rounds.rotated(all, 2)).containsExactly("c", "a", "b");
    assertThat(Rounds.rotated(all, 3)).containsExactly("a", "b", "c");
  }
}
