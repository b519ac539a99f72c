package dev.reclaim.metrics;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;

/**
 * By what an outcome is known again. With the policy, because an identity is unique in one ledger
 * only: the same event carried out for policies of two databases was carried out twice.
 */
record Identity(String policy, EventIdentity event) {
  static Identity of(CleanupOutcome outcome) {
    return new Identity(outcome.policy(), outcome.event());
  }
}
