package dev.reclaim.admin;

import dev.reclaim.admin.PaceStatus.State;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The paces of a process as Prometheus gauges; nothing where it has none. */
final class PaceGauges {
  private record Gauge(String name, String help, ToLongFunction<PaceStatus> value) {}

  private static final List<Gauge> GAUGES =
      List.of(
          new Gauge(
              "reclaim_pace_connections",
              "Transactions that may delete at a time.",
              PaceStatus::connections),
          new Gauge(
              "reclaim_pace_connections_max",
              "Transactions that may delete at a time at full speed.",
              PaceStatus::connectionsMax),
          new Gauge(
              "reclaim_pace_transaction_rows",
              "Most rows that a transaction takes.",
              PaceStatus::rowsPerTransaction),
          new Gauge(
              "reclaim_pace_rows_per_second",
              "Rows deleted or marked in a second, as of the last seconds.",
              PaceStatus::rowsPerSecond),
          new Gauge(
              "reclaim_pace_workers",
              "Workers that are at work on the database.",
              PaceStatus::workers));

  private final StringBuilder text = new StringBuilder();

  private PaceGauges() {}

  static String of(Collection<PaceStatus> paces) {
    if (paces.isEmpty()) {
      return "";
    }
    PaceGauges page = new PaceGauges();
    GAUGES.forEach(gauge -> page.add(gauge, paces));
    page.states(paces);
    return page.text.toString();
  }

  private void add(Gauge gauge, Collection<PaceStatus> paces) {
    head(gauge.name(), gauge.help());
    for (PaceStatus pace : paces) {
      sample(gauge.name(), labels(pace), gauge.value().applyAsLong(pace));
    }
  }

  /** One of the states is 1, the others are 0. */
  private void states(Collection<PaceStatus> paces) {
    String name = "reclaim_pace_state";
    head(name, "1 for the state that the pace is in.");
    for (PaceStatus pace : paces) {
      for (State state : State.values()) {
        String labels =
            labels(pace)
                + ","
                + PrometheusText.label("state", state.name().toLowerCase(Locale.ROOT));
        sample(name, labels, pace.state() == state ? 1 : 0);
      }
    }
  }

  private static String labels(PaceStatus pace) {
    return PrometheusText.label("database", pace.database())
        + ","
        + PrometheusText.label("worker", pace.worker());
  }

  private void head(String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  private void sample(String name, String labels, long value) {
    text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }
}
