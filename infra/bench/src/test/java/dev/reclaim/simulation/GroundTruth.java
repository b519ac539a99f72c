package dev.reclaim.simulation;

import dev.reclaim.planner.RunResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was really deleted, and not by the application; no code of the product has a part in it. */
final class GroundTruth {
  private final Map<String, Sum> rows = new HashMap<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private Sum files = Sum.NOTHING;

  void watchedBy(List<? extends Invariant> watchers) {
    invariants.addAll(watchers);
  }

  void add(RowGone gone) {
    rows.merge(gone.table(), new Sum(1, 0, gone.row().bytes()), Sum::plus);
    invariants.forEach(it -> it.rowGone(gone));
  }

  void add(FileGone gone) {
    files = files.plus(new Sum(0, 1, gone.file().size()));
    invariants.forEach(it -> it.fileGone(gone));
  }

  void moved(FakeTopic topic, int partition, long next) {
    invariants.forEach(it -> it.offsetMoved(topic, partition, next));
  }

  void changed(RunChange change) {
    invariants.forEach(it -> it.runChanged(change));
  }

  void noted(RunEvent event) {
    invariants.forEach(it -> it.eventNoted(event));
  }

  void reported(RunResult result) {
    invariants.forEach(it -> it.reported(result));
  }

  /** Rows of a table, which has one policy. */
  Sum rowsOf(String table) {
    return rows.getOrDefault(table, Sum.NOTHING);
  }

  Sum files() {
    return files;
  }
}
