package dev.reclaim.bench.objects;

import dev.reclaim.bench.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Figures of all rounds, by chapter and contender. */
final class FilesReport {
  private final Map<String, Map<String, List<Double>>> perSecond = new LinkedHashMap<>();

  void add(String chapter, String contender, double figure) {
    perSecond
        .computeIfAbsent(chapter, it -> new LinkedHashMap<>())
        .computeIfAbsent(contender, it -> new ArrayList<>())
        .add(figure);
  }

  /** The report; a contender that did not take part is null. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("objectsPerSecond", medians("objects", "reclaim", "s3cmd", "rclone", "aws"));
    fields.put("directoryPerSecond", medians("directory", "reclaim", "find"));
    fields.put("overBestTool", ratio("objects", "s3cmd", "rclone", "aws"));
    fields.put("overFind", ratio("directory", "find"));
    fields.put("rounds", perSecond);
    return fields;
  }

  private Map<String, @Nullable Double> medians(String chapter, String... contenders) {
    Map<String, @Nullable Double> medians = new LinkedHashMap<>();
    for (String contender : contenders) {
      medians.put(contender, median(chapter, contender));
    }
    return medians;
  }

  private @Nullable Double median(String chapter, String contender) {
    List<Double> figures =
        perSecond.getOrDefault(chapter, Map.of()).getOrDefault(contender, List.of());
    return figures.isEmpty()
        ? null
        : Quantiles.median(figures.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** How many times as fast Reclaim is as the best of the others. */
  private @Nullable Double ratio(String chapter, String... others) {
    @Nullable Double own = median(chapter, "reclaim");
    OptionalDouble best =
        Stream.of(others)
            .map(other -> median(chapter, other))
            .filter(figure -> figure != null)
            .mapToDouble(Double::doubleValue)
            .max();
    return own == null || best.isEmpty() ? null : own / best.getAsDouble();
  }
}
