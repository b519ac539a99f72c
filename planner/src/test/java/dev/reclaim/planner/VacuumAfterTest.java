package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VacuumAfterTest {
  @ParameterizedTest
  @CsvSource({
    "50000, 100000000, true",
    "49999, 100000000, false",
    "20, 80, true",
    "19, 81, false",
    "0, 0, false",
    "1, 0, true",
  })
  void takesAFifthOfTheTableOrFiftyThousandRowsForMuch(long gone, long left, boolean much) {
    assertThat(VacuumAfter.isMuch(gone, left)).isEqualTo(much);
  }
}
