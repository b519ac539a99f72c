package dev.reclaim.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.policy.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlapTest {
  @ParameterizedTest
  @CsvSource({
    "state, new, state, old, false",
    "state, new, state, new, true",
    "state, new, kind, old, true",
    "state, New, state, new, true",
    "size, 7, size, 7.0, true",
    "size, 7, size, 8, false",
  })
  void knowsRowsThatCannotBeTheSame(
      String column, String value, String otherColumn, String otherValue, boolean possible) {
    assertThat(
            Overlap.possible(
                List.of(new Condition.OneOf(column, List.of(value))),
                List.of(new Condition.OneOf(otherColumn, List.of(otherValue)))))
        .isEqualTo(possible);
  }

  @Test
  void takesExpressionsForAnything() {
    assertThat(
            Overlap.possible(
                List.of(new Condition.Expression("false")),
                List.of(new Condition.OneOf("state", List.of("new")))))
        .isTrue();
  }
}
