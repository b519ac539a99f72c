package dev.reclaim.bench.reclaim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeapPeakTest {
  private static final int MIB = 1 << 20;

  @Test
  void countsTheHeapAndNothingElse() {
    assertThat(
            HeapPeak.inUse(
                Map.of(
                    "old", new MemoryUsage(0, 5, 9, 9),
                    "eden", new MemoryUsage(0, 2, 9, 9),
                    "metaspace", new MemoryUsage(0, 4, 9, 9)),
                Set.of("old", "eden")))
        .isEqualTo(7);
  }

  @Test
  void remembersWhatACollectionLeft() {
    HeapPeak peak = HeapPeak.watch();
    byte[][] held = new byte[40][MIB];

    System.gc();

    await().until(() -> peak.bytes() > 40L * MIB);
    assertThat(held).hasDimensions(40, MIB);
  }
}
