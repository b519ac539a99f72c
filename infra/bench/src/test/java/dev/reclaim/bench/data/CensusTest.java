package dev.reclaim.bench.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class CensusTest {
  private final Census before = new Census(100, 40, 10);

  @Test
  void isContentWhereAllThatHadToGoIsGoneAndNothingElse() {
    assertThatCode(() -> new Census(60, 0, 0).requireDone(before, 0)).doesNotThrowAnyException();
    assertThatCode(() -> new Census(64, 0, 0).requireDone(before, 4)).doesNotThrowAnyException();
  }

  @Test
  void findsRowsThatAreLeftAndRowsThatAreMissing() {
    assertThatIllegalStateException().isThrownBy(() -> new Census(60, 4, 1).requireDone(before, 0));
    assertThatIllegalStateException().isThrownBy(() -> new Census(59, 0, 0).requireDone(before, 0));
  }
}
