package dev.reclaim.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import org.jspecify.annotations.Nullable;

/**
 * By what an outcome is known again. With the policy, because an identity is unique in one ledger
 * only: the same event carried out for policies of two databases was carried out twice.
 *
 * @param rebuild since which the policy's accounts are made: one that begins forgets what was seen
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Identity(String policy, EventIdentity event, @Nullable String rebuild) {
  static Identity of(CleanupOutcome outcome, @Nullable String rebuild) {
    return new Identity(outcome.policy(), outcome.event(), rebuild);
  }
}
