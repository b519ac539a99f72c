package dev.reclaim.simulation;

import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens scans over the simulated tables and store, and remembers what they have given whom. */
final class FakeScans {
  private static final int SLOW_MS_MAX = 2_000;

  private final World world;
  private final Map<Given, List<String>> given = new HashMap<>();

  FakeScans(World world) {
    this.world = world;
  }

  /** A batch as whoever stores its position knows it. */
  private record Given(Machine to, String run, String position) {}

  /** A store or a table may be large. */
  private void takeTime() {
    Machine machine = Actor.current().machine;
    if (machine.isTroubled()) {
      machine.sleep(Duration.ofMillis(world.chance.below(SLOW_MS_MAX)));
    }
  }

  Scan open(Machine machine, Policy policy, String run, Instant cutoff, OrphanGate gate) {
    Listener listener =
        (position, keys) -> {
          given.put(new Given(machine, run, position), List.copyOf(keys));
          takeTime();
        };
    return policy.name().equals("orphans")
        ? new FakeFileScan(world, run, cutoff, gate, listener)
        : new FakeRowScan(world.database, policy.name(), run, cutoff, listener);
  }

  /** Hears what was found up to a position. */
  @FunctionalInterface
  interface Listener {
    void found(String position, List<String> keys);
  }

  /** What a machine has to have said when it stores a position. */
  List<String> upTo(Machine machine, String run, String position) {
    return given.getOrDefault(new Given(machine, run, position), List.of());
  }
}
