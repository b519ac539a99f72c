package dev.reclaim.simulation;

import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.Topics;
import dev.reclaim.simulation.FakeDatabase.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a run ends, each of its events and what follows from it is in the ledger or a dead letter.
 */
final class CompleteMeansSettled extends Invariant {
  private final Map<String, Set<Named>> noted = new HashMap<>();
  private @Nullable World world;

  CompleteMeansSettled(Violations violations) {
    super(violations);
  }

  @Override
  void begin(World all) {
    world = all;
  }

  @Override
  void eventNoted(RunEvent event) {
    noted.computeIfAbsent(event.run(), it -> new LinkedHashSet<>()).add(event.event());
  }

  @Override
  void runChanged(RunChange change) {
    if (world != null && change.ends()) {
      List<Named> open = new ArrayList<>();
      for (Named event : noted.getOrDefault(change.after().id(), Set.of())) {
        open.addAll(open(world.database, event));
      }
      if (!open.isEmpty()) {
        Set<EventIdentity> dead = dead(world);
        open.removeIf(
            event ->
                dead.contains(event.event())
                    || world.database.deadLetters.committed.containsKey(event));
      }
      if (!open.isEmpty()) {
        violated("%s ends while %s are under way", change.after().id(), open);
      }
    }
  }

  /** It, or what its account names. */
  private static List<Named> open(FakeDatabase database, Named event) {
    @Nullable Entry entry = database.ledger.committed.get(event);
    if (entry == null) {
      return database.totals.events.contains(event) ? List.of() : List.of(event);
    }
    return LedgerStatements.followUps(entry).stream()
        .map(it -> Named.of(it.event().identity()))
        .filter(it -> !database.ledger.committed.containsKey(it))
        .filter(it -> !database.totals.events.contains(it))
        .toList();
  }

  private static Set<EventIdentity> dead(World world) {
    return world.topics.of(Topics.DEFAULT.deadLetters()).all().stream()
        .map(Invariants::identity)
        .collect(Collectors.toSet());
  }
}
