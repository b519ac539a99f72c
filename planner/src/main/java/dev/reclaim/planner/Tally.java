package dev.reclaim.planner;

import dev.reclaim.planner.scan.Scan;
import java.util.List;

/** Adds up what a run would do, batch by batch. */
interface Tally {
  /** As many as people read before they approve. */
  int SAMPLE_MAX = 10;

  void add(Scan.Batch batch);

  /** The sum, once the last batch was added. */
  Forecast forecast(List<String> notes);
}
