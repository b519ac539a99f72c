package dev.reclaim.planner;

import dev.reclaim.policy.Policy;
import java.time.Instant;
import java.util.Optional;

/**
 * What is wanted of one run.
 *
 * @param slot the scheduled time that it answers; empty for a run on demand
 * @param at the time as of which rows and files are judged, never later than the database's now;
 *     empty for now
 * @param acceptReferences believes a reference set that is empty or has shrunk, and that hardly any
 *     row has its files
 * @param keepKeys keeps the deleted keys in the ledger
 */
public record RunRequest(
    Optional<Instant> slot, Optional<Instant> at, boolean acceptReferences, boolean keepKeys) {
  public static final RunRequest NOW =
      new RunRequest(Optional.empty(), Optional.empty(), false, false);

  /** The id that the run will have; empty where it is made up when the run starts. */
  Optional<String> id(Policy policy) {
    return slot.map(time -> policy.name() + "/" + time);
  }

  static RunRequest slot(Instant slot) {
    return new RunRequest(Optional.of(slot), Optional.empty(), false, false);
  }
}
