package dev.reclaim.simulation;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Each event of the ledger is said as it stands there, and no other. */
final class OutcomesAreTheLedger extends Invariant {
  OutcomesAreTheLedger(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    Map<EventIdentity, CleanupOutcome> outcomes = Invariants.outcomes(world);
    Set<EventIdentity> known = new HashSet<>();
    world.database.totals.events.forEach(event -> known.add(event.event()));
    world.database.ledger.committed.forEach(
        (event, entry) -> {
          known.add(event.event());
          CleanupOutcome said = outcomes.get(event.event());
          if (said == null) {
            violated("nothing was said of %s", event);
          } else if (!said.equals(decoded(entry))) {
            violated("of %s was said %s, the ledger has %s", event, said, decoded(entry));
          }
        });
    for (EventIdentity event : outcomes.keySet()) {
      if (!known.contains(event)) {
        violated("%s was said, and no ledger knows of it", event);
      }
    }
  }

  private static CleanupOutcome decoded(Entry entry) {
    return EventCodec.decode(
        Objects.requireNonNull(entry.outcome()).getBytes(StandardCharsets.UTF_8),
        CleanupOutcome.class);
  }
}
