package dev.reclaim.simulation;

import dev.reclaim.planner.RunResult;
import dev.reclaim.simulation.FakeDatabase.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is reported to have done is what the ledger has of it, and what it claimed is what its
 * events name.
 */
final class ReportsAreTheLedger extends Invariant {
  private final Map<String, Set<Named>> noted = new HashMap<>();
  private @Nullable World world;

  ReportsAreTheLedger(Violations violations) {
    super(violations);
  }

  @Override
  void begin(World all) {
    world = all;
  }

  @Override
  void eventNoted(RunEvent event) {
    noted.computeIfAbsent(event.run(), it -> new HashSet<>()).add(event.event());
  }

  /** The ledger may have more of it: what a planner said that had lost its lease. */
  @Override
  void reported(RunResult result) {
    if (world == null || isDropped(world.database, result.run())) {
      return;
    }
    Sum least = sum(entries(world.database, result.run()));
    Sum most =
        sum(
            world.database.ledger.committed.values().stream()
                .filter(entry -> result.run().equals(entry.run()))
                .toList());
    Sum reported =
        new Sum(result.reclaimed().rows(), result.reclaimed().files(), result.reclaimed().bytes());
    if (!least.isWithin(reported) || !reported.isWithin(most)) {
      violated(
          "%s is reported with %s, the ledger has %s and at most %s",
          result.run(), reported, least, most);
    }
    long named =
        world.topics.said.events(result.run()).entrySet().stream()
            .filter(it -> noted(result.run()).contains(Named.of(it.getKey())))
            .mapToLong(Map.Entry::getValue)
            .sum();
    if (result.claimed() != named) {
      violated("%s has claimed %s, its events name %s", result.run(), result.claimed(), named);
    }
  }

  /** While the report was on its way. */
  private boolean isDropped(FakeDatabase database, String run) {
    return noted(run).stream().anyMatch(database.totals.events::contains);
  }

  private static Sum sum(List<Entry> entries) {
    Sum sum = Sum.NOTHING;
    for (Entry entry : entries) {
      sum = sum.plus(new Sum(entry.rows(), entry.files(), entry.bytes()));
    }
    return sum;
  }

  private Set<Named> noted(String run) {
    return noted.getOrDefault(run, Set.of());
  }

  /** Of events that it has noted and of what follows from them. */
  private List<Entry> entries(FakeDatabase database, String run) {
    List<Entry> entries = new ArrayList<>();
    for (Named event : noted(run)) {
      @Nullable Entry entry = database.ledger.committed.get(event);
      if (entry != null) {
        entries.add(entry);
        LedgerStatements.followUps(entry).stream()
            .map(it -> database.ledger.committed.get(Named.of(it.event().identity())))
            .filter(it -> it != null)
            .forEach(entries::add);
      }
    }
    return entries;
  }
}
