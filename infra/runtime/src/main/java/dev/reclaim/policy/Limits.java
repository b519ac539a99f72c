package dev.reclaim.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much of a database's strength may be spent on deleting, all workers together.
 *
 * @param rowsPerSecond most rows deleted or marked in a second, children included
 * @param connections most transactions that delete at a time
 * @param maxReplicaLag how far the slowest replica may be behind before deleting pauses
 * @param window the hours in which anything is deleted at all
 */
public record Limits(
    OptionalInt rowsPerSecond,
    OptionalInt connections,
    Optional<Duration> maxReplicaLag,
    Optional<DailyWindow> window) {
  /** None but what the database itself shows to be too much. */
  public static final Limits NONE =
      new Limits(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());
}
