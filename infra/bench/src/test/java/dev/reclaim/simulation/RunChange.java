package dev.reclaim.simulation;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table of runs was committed.
 *
 * @param by whose session it was
 * @param before absent where it is new
 */
record RunChange(Machine by, @Nullable RunRow before, RunRow after) {
  /** Whether this ended the run. */
  boolean ends() {
    return before != null && before.unfinished() && !after.unfinished();
  }
}
