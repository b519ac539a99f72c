package dev.reclaim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  @Test
  void theMedianIsTheMiddleValueOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Quantiles.median(9, 1, 5)).isEqualTo(5);
    assertThat(Quantiles.median(9, 1, 5, 6)).isEqualTo(5.5);
    assertThat(Quantiles.median(7)).isEqualTo(7);
  }

  @Test
  void percentilesAreValuesThatWereMeasured() {
    long[] values = LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray();

    assertThat(Quantiles.percentile(50, values)).isEqualTo(100);
    assertThat(Quantiles.percentile(99, values)).isEqualTo(198);
    assertThat(Quantiles.percentile(100, values)).isEqualTo(200);
    assertThat(Quantiles.percentile(0.1, values)).isEqualTo(1);
    assertThat(Quantiles.percentile(99, 3)).isEqualTo(3);
  }

  @Test
  void nothingHasNoMiddle() {
    assertThatIllegalArgumentException().isThrownBy(() -> Quantiles.median());
    assertThatIllegalArgumentException().isThrownBy(() -> Quantiles.percentile(50));
    assertThatIllegalArgumentException().isThrownBy(() -> Quantiles.percentile(101, 1));
  }
}
