package dev.reclaim.bench.rows;

import dev.reclaim.bench.Comparison;
import dev.reclaim.bench.contenders.DetachPartition;
import dev.reclaim.bench.contenders.OneDelete;
import dev.reclaim.bench.contenders.PlannerAlone;
import dev.reclaim.bench.contenders.ReclaimRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The figures as they are written down. A figure is null where its chapter was left out; every
 * field is there.
 */
final class RowsReport {
  /** What is compared as a whole, and not a part or a yardstick of something else. */
  private static final List<String> CONTENDERS =
      List.of(
          "loop1000",
          "loop10000",
          Contenders.RECLAIM1,
          Contenders.RECLAIM4,
          Contenders.WORKERS2,
          DetachPartition.PLAIN,
          DetachPartition.COUNTED);

  private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
  private Map<String, Felt> neighbour = Map.of();
  private List<Growth> growth = List.of();
  private List<Space> space = List.of();

  void add(Comparison comparison, String table) {
    comparisons.put(table, comparison);
  }

  void addNeighbour(Map<String, Felt> felt) {
    neighbour = felt;
  }

  void addGrowth(List<Growth> sizes) {
    growth = sizes;
  }

  void addSpace(List<Space> tables) {
    space = tables;
  }

  /**
   * The report.
   *
   * @param about where and how it was measured
   */
  Map<String, @Nullable Object> fields(Scale scale, Map<String, ?> about) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("ratios", ratios());
    fields.put("overheadOverBareJdbc", overhead(Contenders.bare(scale).key()));
    fields.put("overheadOverBareJdbcCounted", overhead(Contenders.bareCounted(scale).key()));
    fields.put("plannerOverDelete", speed("random", PlannerAlone.KEY));
    fields.put("replayOverDelete", speed("random", ReclaimRun.REPLAY));
    fields.put("partitionOverDelete", speed("partitioned", DetachPartition.PLAIN));
    fields.put("partitionCountedOverDelete", speed("partitioned", Contenders.RECLAIM4));
    fields.put("neighbour", neighbour);
    fields.put("growth", growth);
    fields.put("space", space);
    fields.put("seconds", seconds());
    fields.putAll(about);
    return fields;
  }

  Map<String, Felt> neighbour() {
    return neighbour;
  }

  List<Growth> growth() {
    return growth;
  }

  List<Space> space() {
    return space;
  }

  /** Of each table, how many times as fast as one DELETE each contender was. */
  Map<String, Map<String, Double>> ratios() {
    Map<String, Map<String, Double>> ratios = new LinkedHashMap<>();
    comparisons.forEach(
        (table, comparison) -> {
          Map<String, Double> shown = new LinkedHashMap<>(comparison.ratios());
          shown.keySet().retainAll(CONTENDERS);
          ratios.put(table, shown);
        });
    return ratios;
  }

  private Map<String, Map<String, List<Double>>> seconds() {
    Map<String, Map<String, List<Double>>> seconds = new LinkedHashMap<>();
    comparisons.forEach((table, comparison) -> seconds.put(table, comparison.seconds()));
    return seconds;
  }

  /** How much longer Reclaim takes than what it stands on. */
  private @Nullable Double overhead(String bare) {
    @Nullable Double longer = speed("random", bare, Contenders.RECLAIM4);
    return longer == null ? null : longer - 1;
  }

  private @Nullable Double speed(String table, String contender) {
    return speed(table, contender, OneDelete.KEY);
  }

  private @Nullable Double speed(String table, String contender, String other) {
    @Nullable Comparison comparison = comparisons.get(table);
    if (comparison == null) {
      return null;
    }
    OptionalDouble speed = comparison.speed(contender, other);
    return speed.isPresent() ? speed.getAsDouble() : null;
  }
}
