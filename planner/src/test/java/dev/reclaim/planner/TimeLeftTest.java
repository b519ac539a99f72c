package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private final AtomicLong clock = new AtomicLong(-5);

  @Test
  void goesOnAsItWentSinceItsBegin() {
    // Given
    TimeLeft left = TimeLeft.from(0.5, clock::get);

    // When
    clock.addAndGet(Duration.ofSeconds(10).toNanos());

    // Then
    assertThat(left.at(0.75)).hasValue(Duration.ofSeconds(10));
    assertThat(left.at(1)).hasValue(Duration.ZERO);
  }

  @Test
  void saysNothingWhereThereIsNothingToGoBy() {
    // Given
    TimeLeft left = TimeLeft.from(0.5, clock::get);

    // Then
    assertThat(left.at(0.9)).isEmpty();
    clock.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(left.at(0.5)).isEmpty();
  }
}
