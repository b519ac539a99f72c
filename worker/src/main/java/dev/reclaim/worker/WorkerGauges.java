package dev.reclaim.worker;

import dev.reclaim.admin.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The numbers of one worker that somebody should be woken for. */
final class WorkerGauges {
  private final String worker;
  private final Absences absences;
  private final Sweeper sweeper;
  private final ClockWatch clocks;
  private final List<OffsetGaps> gaps;

  WorkerGauges(
      String worker, Absences absences, Sweeper sweeper, ClockWatch clocks, OffsetGaps... gaps) {
    this.worker = worker;
    this.absences = absences;
    this.sweeper = sweeper;
    this.clocks = clocks;
    this.gaps = List.of(gaps);
  }

  List<Gauge> now() {
    List<Gauge> gauges = new ArrayList<>();
    gauges.add(
        new Gauge(
            "reclaim_expired_unread_records",
            "Records that the brokers dropped before this worker's group had read them.",
            Map.of("worker", worker),
            gaps.stream().mapToLong(OffsetGaps::records).sum()));
    absences
        .reasons()
        .keySet()
        .forEach(
            what ->
                gauges.add(
                    new Gauge(
                        "reclaim_away_seconds",
                        "How long something that claims wait for has been away.",
                        Map.of("worker", worker, "what", what),
                        absences.length(what).toSeconds())));
    sweeper
        .overdue()
        .forEach(
            (database, events) ->
                gauges.add(
                    new Gauge(
                        "reclaim_outcomes_overdue",
                        "Outcomes committed more than 42 hours ago and not said.",
                        Map.of("worker", worker, "database", database),
                        events)));
    clocks
        .aheadMs()
        .forEach(
            (whose, ahead) ->
                gauges.add(
                    new Gauge(
                        "reclaim_clock_ahead_milliseconds",
                        "By how much a clock is ahead of this process's.",
                        Map.of("worker", worker, "of", whose),
                        ahead)));
    return gauges;
  }
}
