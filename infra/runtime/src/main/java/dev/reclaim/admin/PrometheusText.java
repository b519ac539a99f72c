package dev.reclaim.admin;

import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.ReclaimedSpace;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The all-time accounts as Prometheus counters, which is what they are: they never fall.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>, text format 0.0.4
 */
final class PrometheusText {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private record Counter(String name, String help, ToLongFunction<ReclaimedSpace> value) {}

  private record Result(String name, ToLongFunction<OutcomeCounts> value) {}

  private static final List<Counter> COUNTERS =
      List.of(
          new Counter(
              "reclaim_reclaimed_rows_total",
              "Deleted rows, children included.",
              space -> space.reclaimed().rows()),
          new Counter(
              "reclaim_reclaimed_files_total",
              "Deleted files.",
              space -> space.reclaimed().files()),
          new Counter(
              "reclaim_reclaimed_bytes_total",
              "Logical bytes of what was deleted.",
              space -> space.reclaimed().bytes()),
          new Counter("reclaim_events_total", "Events carried out.", ReclaimedSpace::events));

  /** Together they are the distinct keys of all events; deletedInferred is a part of deleted. */
  private static final List<Result> RESULTS =
      List.of(
          new Result("deleted", OutcomeCounts::deleted),
          new Result("marked", OutcomeCounts::marked),
          new Result("protected", OutcomeCounts::guarded),
          new Result("held", OutcomeCounts::held),
          new Result("refused", OutcomeCounts::refused),
          new Result("locked", OutcomeCounts::locked),
          new Result("changed", OutcomeCounts::changed),
          new Result("missing", OutcomeCounts::missing),
          new Result("failed", OutcomeCounts::failed));

  private final StringBuilder text = new StringBuilder();

  private PrometheusText() {}

  static Answer answer(Collection<ReclaimedSpace> metrics) {
    return new Answer(200, CONTENT_TYPE, of(metrics));
  }

  static String of(Collection<ReclaimedSpace> metrics) {
    List<ReclaimedSpace> allTime =
        metrics.stream()
            .filter(space -> space.window() == MetricsWindow.ALL)
            .sorted(Comparator.comparing(ReclaimedSpace::policy))
            .toList();
    PrometheusText page = new PrometheusText();
    COUNTERS.forEach(counter -> page.counter(counter, allTime));
    page.results(allTime);
    return page.text.toString();
  }

  private void counter(Counter counter, List<ReclaimedSpace> spaces) {
    head(counter.name(), counter.help());
    for (ReclaimedSpace space : spaces) {
      long value = counter.value().applyAsLong(space);
      sample(counter.name(), label("policy", space.policy()), value);
    }
  }

  private void results(List<ReclaimedSpace> spaces) {
    String name = "reclaim_outcome_keys_total";
    head(name, "Distinct keys and files of events, by what became of them.");
    for (ReclaimedSpace space : spaces) {
      for (Result result : RESULTS) {
        String labels = label("policy", space.policy()) + "," + label("result", result.name());
        sample(name, labels, result.value().applyAsLong(space.counts()));
      }
    }
  }

  private void head(String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" counter\n");
  }

  private void sample(String name, String labels, long value) {
    text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }

  private static String label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + escaped + "\"";
  }
}
