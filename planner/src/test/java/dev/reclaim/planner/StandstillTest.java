package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.planner.Standstill.EndlessException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AtomicLong nanos = new AtomicLong();

  private Standstill standstill(Standstill.Causes causes) {
    return new Standstill(LIMIT, causes, nanos::get);
  }

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void endsWhereNothingMovesForAKnownReason() {
    Standstill standstill = standstill(unmoved -> Optional.of("the policy jobs is stopped"));
    standstill.left(3);
    pass(29);
    standstill.left(3);
    pass(1);

    assertThatThrownBy(() -> standstill.left(3))
        .isInstanceOf(EndlessException.class)
        .hasMessage("3 of its events are not carried out: the policy jobs is stopped");
  }

  @Test
  void waitsWhileAnythingMoves() {
    Standstill standstill = standstill(unmoved -> Optional.of("the policy jobs is stopped"));

    for (int left = 100; left > 0; left--) {
      pass(29);
      int now = left;
      assertThatCode(() -> standstill.left(now)).doesNotThrowAnyException();
    }
  }

  @Test
  void waitsWithoutEndWhereNoReasonIsKnown() {
    Standstill standstill = standstill(unmoved -> Optional.empty());

    for (int i = 0; i < 100; i++) {
      pass(3600);
      assertThatCode(() -> standstill.left(1)).doesNotThrowAnyException();
    }
  }
}
