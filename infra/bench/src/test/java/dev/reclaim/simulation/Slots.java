package dev.reclaim.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The slots that are due, as the table of schedules has them: who picks one keeps it while its
 * heart beats. Of some, several think at once that it is theirs.
 */
public final class Slots {
  private static final Duration DEAD_AFTER = Duration.ofSeconds(8);
  private static final int CONTESTED_ONE_IN = 3;

  private final Scheduler scheduler;
  private final List<Picking> open = new ArrayList<>();
  private final Set<Slot> all = new LinkedHashSet<>();

  Slots(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** A time at which a policy is to be run. */
  public record Slot(String policy, Instant time) {
    String run() {
      return policy + "/" + time;
    }
  }

  private static final class Picking {
    private final Slot slot;
    private final boolean contested;
    private final Set<Machine> by = new LinkedHashSet<>();

    Picking(Slot slot, boolean contested) {
      this.slot = slot;
      this.contested = contested;
    }
  }

  void due(Slot slot) {
    if (all.add(slot)) {
      open.add(new Picking(slot, scheduler.chance().oneIn(CONTESTED_ONE_IN)));
      scheduler.story().tell("%s is due", slot.run());
    }
  }

  Set<Slot> all() {
    return all;
  }

  boolean allDone() {
    return open.isEmpty();
  }

  /** Whether there is one for the machine. */
  public boolean mayBePicked(Machine machine) {
    for (Picking each : open) {
      if (isFor(machine, each)) {
        return true;
      }
    }
    return false;
  }

  /** Gives the machine all that it may have. */
  public List<Slot> pick(Machine machine) {
    List<Picking> its = open.stream().filter(each -> isFor(machine, each)).toList();
    its.forEach(each -> each.by.add(machine));
    return its.stream().map(each -> each.slot).toList();
  }

  private boolean isFor(Machine machine, Picking picking) {
    if (picking.by.contains(machine)) {
      return false;
    }
    return picking.contested || picking.by.stream().noneMatch(this::isAlive);
  }

  private boolean isAlive(Machine machine) {
    return !machine.isDead() && machine.stoppedMs() <= DEAD_AFTER.toMillis();
  }

  /** It was carried out. */
  public void done(Slot slot) {
    open.removeIf(each -> each.slot.equals(slot));
  }
}
