package dev.reclaim.admin;

import dev.reclaim.events.Labels;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.ReclaimedSpace;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The all-time accounts as Prometheus counters, which is what they are: they never fall. The parts
 * by labels have names of their own, so that a sum over a policy's series counts everything once.
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

  private static final List<Counter> LABELLED_COUNTERS =
      List.of(
          new Counter(
              "reclaim_labelled_rows_total",
              "Deleted rows by the policy's labels, children included.",
              space -> space.reclaimed().rows()),
          new Counter(
              "reclaim_labelled_files_total",
              "Deleted files by the labels of the rows that named them.",
              space -> space.reclaimed().files()),
          new Counter(
              "reclaim_labelled_bytes_total",
              "Logical bytes of what was deleted, by the policy's labels.",
              space -> space.reclaimed().bytes()),
          new Counter(
              "reclaim_labelled_marked_total",
              "Rows that were marked instead of deleted, by the policy's labels.",
              space -> space.counts().marked()));

  /**
   * Together they are the distinct keys of all events; deletedInferred and quarantined are parts of
   * deleted.
   */
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
          new Result("failed", OutcomeCounts::failed),
          new Result("purged", OutcomeCounts::purged),
          new Result("restored", OutcomeCounts::restored));

  private final StringBuilder text = new StringBuilder();

  private PrometheusText() {}

  static Answer answer(String page) {
    return new Answer(200, CONTENT_TYPE, page);
  }

  static String of(Collection<ReclaimedSpace> metrics) {
    List<ReclaimedSpace> allTime =
        metrics.stream()
            .filter(space -> space.window() == MetricsWindow.ALL)
            .sorted(
                Comparator.comparing(ReclaimedSpace::policy)
                    .thenComparing(ReclaimedSpace::labels, Labels.ORDER))
            .toList();
    List<ReclaimedSpace> whole = allTime.stream().filter(space -> !space.labelled()).toList();
    List<ReclaimedSpace> parts = allTime.stream().filter(ReclaimedSpace::labelled).toList();
    PrometheusText page = new PrometheusText();
    COUNTERS.forEach(counter -> page.counter(counter, whole));
    page.results(whole);
    if (!parts.isEmpty()) {
      LABELLED_COUNTERS.forEach(counter -> page.counter(counter, parts));
    }
    return page.text.toString();
  }

  private void counter(Counter counter, List<ReclaimedSpace> spaces) {
    head(counter.name(), counter.help());
    for (ReclaimedSpace space : spaces) {
      long value = counter.value().applyAsLong(space);
      sample(counter.name(), labels(space), value);
    }
  }

  /** A policy's own labels begin with {@code label_}: none can be taken for another of ours. */
  private static String labels(ReclaimedSpace space) {
    StringBuilder labels = new StringBuilder(label("policy", space.policy()));
    space
        .labels()
        .forEach((name, value) -> labels.append(',').append(label("label_" + name, value)));
    return labels.toString();
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

  static String label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + escaped + "\"";
  }
}
