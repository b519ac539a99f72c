package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  @Test
  void isThatOfBytes() {
    List<String> keys = List.of("", "a", "a/", "ab", "b", "ä", "a\uffee", "a😀", "a😀b", "\ue000");
    for (String left : keys) {
      for (String right : keys) {
        int bytes = Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
        assertThat(Integer.signum(KeyOrder.UTF_8.compare(left, right)))
            .as(left + " and " + right)
            .isEqualTo(Integer.signum(bytes));
      }
    }
  }
}
