package dev.reclaim.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static final Map<SampleStore, Long> EMPTY_BUCKETS =
      Map.of(
          SampleStore.RENDERS, Shares.OBJECTS_PER_BUCKET_MAX,
          SampleStore.EXPORTS, Shares.OBJECTS_PER_BUCKET_MAX);

  @Test
  void sharesOutEveryRowAndFile() {
    for (Amounts amounts :
        List.of(
            new Amounts(100, 100),
            new Amounts(1_999, 201),
            Amounts.DEFAULT,
            new Amounts(1_000_000, 10_400),
            new Amounts(100, 50_000))) {
      // When
      Map<String, Long> shares = Shares.of(amounts, EMPTY_BUCKETS);

      // Then
      long rows =
          shares.entrySet().stream()
              .filter(share -> share.getKey().endsWith("_go"))
              .filter(share -> !share.getKey().startsWith("export_logs"))
              .mapToLong(Map.Entry::getValue)
              .sum();
      assertThat(rows).as("rows of %s", amounts).isEqualTo(amounts.rows());
      assertThat(
              sum(shares, "clips_own", "clips_orphan", "exports_own", "temps_own", "temps_stray"))
          .as("files of %s", amounts)
          .isEqualTo(amounts.files());
      assertThat(shares.values()).as("shares of %s", amounts).allMatch(share -> share >= 0);
    }
  }

  @Test
  void neverOverfillsABucket() {
    // Given
    Map<SampleStore, Long> room = Map.of(SampleStore.RENDERS, 30L, SampleStore.EXPORTS, 2_000L);

    // When
    Map<String, Long> shares = Shares.of(Amounts.DEFAULT, room);

    // Then
    assertThat(
            sum(
                shares,
                "clips_own",
                "clips_with_asset",
                "clips_with_live",
                "clips_live",
                "clips_orphan",
                "clips_young"))
        .isEqualTo(30);
    assertThat(sum(shares, "exports_own", "exports_with_live", "exports_live", "exports_unnamed"))
        .isBetween(1_900L, 2_000L);
  }

  private static long sum(Map<String, Long> shares, String... names) {
    return List.of(names).stream().mapToLong(name -> shares.getOrDefault(name, 0L)).sum();
  }
}
