package dev.reclaim.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A slot has one run, and of a policy one run at a time is unfinished. */
final class OneRunPerSlot extends Invariant {
  private final Set<String> begun = new HashSet<>();
  private final Map<String, String> unfinished = new HashMap<>();

  OneRunPerSlot(Violations violations) {
    super(violations);
  }

  @Override
  void runChanged(RunChange change) {
    RunRow run = change.after();
    if (change.before() == null) {
      if (!begun.add(run.id())) {
        violated("%s is begun twice", run.id());
      }
      String other = unfinished.put(run.policy(), run.id());
      if (other != null) {
        violated("%s is begun while %s is unfinished", run.id(), other);
      }
    } else if (change.ends()) {
      unfinished.remove(run.policy(), run.id());
    }
  }
}
