package dev.reclaim.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private final Budget budget = Budget.of(Duration.ofMinutes(10));

  @Test
  void allowsWhatEndsInTime() {
    assertThat(budget.allows(Duration.ofMinutes(9).toNanos())).isTrue();
    assertThat(budget.allows(Duration.ofMinutes(11).toNanos())).isFalse();
  }

  @Test
  void sharesWhatIsLeft() {
    Budget half = budget.share(0.5);

    assertThat(half.allows(Duration.ofMinutes(4).toNanos())).isTrue();
    assertThat(half.allows(Duration.ofMinutes(6).toNanos())).isFalse();
    assertThat(Budget.of(Duration.ofMinutes(-1)).share(0.5).allows(0)).isFalse();
  }
}
