package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {
  @ParameterizedTest
  @CsvSource({"1, 4", "2, 4", "2, 3", "3, 4", "3, 1", "5, 2", "4, 4", "7, 100"})
  void sharesExactlyAtEveryMomentAndEvenlyOverTime(int workers, int pieces) {
    for (long round = 0; round < workers; round++) {
      long seconds = round * Fleet.ROUND_SECONDS;
      int sum =
          IntStream.range(0, workers)
              .map(rank -> new Fleet(workers, rank, seconds).share(pieces))
              .sum();
      assertThat(sum).isEqualTo(pieces);
    }
    for (int rank = 0; rank < workers; rank++) {
      int mine = rank;
      int sum =
          IntStream.range(0, workers)
              .map(round -> new Fleet(workers, mine, round * Fleet.ROUND_SECONDS).share(pieces))
              .sum();
      assertThat(sum).isEqualTo(pieces);
    }
  }
}
