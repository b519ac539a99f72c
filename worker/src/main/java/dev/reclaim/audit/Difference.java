package dev.reclaim.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that two accounts say differently.
 *
 * @param at when the event was completed, or the window began
 * @param run null for a window, and for events of other services
 * @param event identity of the event, {@code source#id@day}; null for a window
 * @param where which account differs from the ledger, with the place in it
 * @param what in words, what the ledger says and what the other
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Difference(
    Instant at,
    String policy,
    @Nullable String run,
    @Nullable String event,
    String where,
    String what) {

  @Override
  public String toString() {
    return (event == null ? "policy " + policy : "event " + event) + ", " + where + ": " + what;
  }
}
