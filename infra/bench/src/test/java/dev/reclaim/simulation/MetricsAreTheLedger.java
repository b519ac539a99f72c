package dev.reclaim.simulation;

import dev.reclaim.events.MetricsWindow;

/** What is published of each policy is what its ledger has: all-time, and the sums of windows. */
final class MetricsAreTheLedger extends Invariant {
  MetricsAreTheLedger(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    for (String policy : Invariants.policies(world)) {
      Sum ledger = Invariants.ledger(world, policy);
      for (MetricsWindow window : MetricsWindow.values()) {
        Sum counted = world.metrics.of(policy, window);
        if (!counted.equals(ledger)) {
          violated(
              "of %s the ledger has %s, the metrics by %s have %s",
              policy, ledger, window, counted);
        }
      }
    }
  }
}
