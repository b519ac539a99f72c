package dev.reclaim.bench.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.bench.neighbour.Latencies.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void takesWhatWasDueWithinTheTimeHoweverLateItEnded() {
    // Given a clock that passes its largest value, as System.nanoTime() may
    long from = Long.MAX_VALUE - 10;
    long to = from + 20;

    // When
    Latencies latencies =
        Latencies.between(
            from,
            to,
            List.of(
                new Sample(from - 1, 1_000_000),
                new Sample(from, 2_000_000),
                new Sample(to - 1, 900_000_000),
                new Sample(to, 1_000_000)));

    // Then
    assertThat(latencies.count()).isEqualTo(2);
    assertThat(latencies.percentileMs(50)).isEqualTo(2);
    assertThat(latencies.percentileMs(99)).isEqualTo(900);
  }
}
