package dev.reclaim.events;

import java.time.LocalDate;

/**
 * The name of one event everywhere: in the ledger, in the stream and among dead letters.
 *
 * @param source who says it, {@code ce_source}
 * @param id unique within its source, {@code ce_id}; a producer that retries sends the same id
 * @param plannedOn the UTC date of {@code ce_time}; names the partition of the ledger and is never
 *     recomputed
 */
public record EventIdentity(String source, String id, LocalDate plannedOn) {
  /** Longest source or id that is accepted, in characters. */
  public static final int LENGTH_MAX = 256;

  public EventIdentity {
    requireName("source", source);
    requireName("id", id);
    Require.present("plannedOn", plannedOn);
  }

  private static void requireName(String member, String value) {
    Require.text(member, value);
    Require.that(
        value.length() <= LENGTH_MAX, "%s is longer than %d characters", member, LENGTH_MAX);
  }

  @Override
  public String toString() {
    return source + "#" + id + "@" + plannedOn;
  }
}
