package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.planner.scan.RowPosition.Way;
import dev.reclaim.planner.scan.ScanChoice.Known;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScanChoiceTest {
  private static final long BLOCKS = 100_000;
  private static final double ROWS = 2_000_000;
  private static final Optional<String> INDEX = Optional.of("job_at_idx");

  @Test
  void readsFewExpiredRowsByTheIndexWhereverTheyLie() {
    assertThat(way(new Known(BLOCKS, ROWS, 5_000, INDEX, 0, 0))).isEqualTo(Way.INDEX);
    assertThat(way(new Known(BLOCKS, ROWS, 100_000, INDEX, 0, 0))).isEqualTo(Way.HEAP);
  }

  @Test
  void readsManyExpiredRowsByTheIndexOnlyWhereTheyLieTogether() {
    assertThat(way(new Known(BLOCKS, ROWS, 500_000, INDEX, 1, 0))).isEqualTo(Way.INDEX);
    assertThat(way(new Known(BLOCKS, ROWS, 500_000, INDEX, -1, 0))).isEqualTo(Way.INDEX);
    assertThat(way(new Known(BLOCKS, ROWS, 500_000, INDEX, 0.5, 0))).isEqualTo(Way.HEAP);
    assertThat(way(new Known(BLOCKS, ROWS, 1_500_000, INDEX, 1, 0))).isEqualTo(Way.HEAP);
  }

  @Test
  void readsTheHeapWhereNothingIsKnown() {
    assertThat(way(new Known(BLOCKS, ROWS, 10, Optional.empty(), 1, 0))).isEqualTo(Way.HEAP);
    assertThat(way(new Known(BLOCKS, -1, 10, INDEX, 1, 0))).isEqualTo(Way.HEAP);
    assertThat(way(new Known(BLOCKS, 0, 10, INDEX, 1, 0))).isEqualTo(Way.HEAP);
  }

  @Test
  void readsTheHeapWhereTooManyRowsAreOfOneAge() {
    assertThat(way(new Known(BLOCKS, ROWS, 5_000, INDEX, 0, 0.05))).isEqualTo(Way.INDEX);
    assertThat(way(new Known(BLOCKS, ROWS, 5_000, INDEX, 0, 0.2))).isEqualTo(Way.HEAP);
  }

  @Test
  void saysWhatItIsFor() {
    assertThat(ScanChoice.of(new Known(BLOCKS, ROWS, 5_000, INDEX, 0, 0)).because())
        .isEqualTo(
            "5,000 of 2,000,000 rows by job_at_idx would cost 40,000 pages, the heap has 100,000");
  }

  private static Way way(Known known) {
    return ScanChoice.of(known).way();
  }
}
