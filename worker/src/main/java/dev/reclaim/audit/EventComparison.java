package dev.reclaim.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Holds ledger and outcomes against each other, part by part, event by event. */
final class EventComparison {
  /** Most differences that are named, the earliest; all are counted. */
  static final int NAMED_MAX = 20;

  /** An outcome that is not on its topic by then has an alarm of its own; R/4 in the design. */
  private static final Duration ON_ITS_WAY_MAX = Duration.ofHours(42);

  private final Instant now;
  private final long memoryMicros;
  private final IntPredicate ours;
  private final Map<Integer, GroupSums> sums = new HashMap<>();
  private final PriorityQueue<Suspect> earliest =
      new PriorityQueue<>(Suspect.EARLIEST_FIRST.reversed());
  private long differences;
  private long foreign;
  private final Set<Integer> different = new HashSet<>();

  /**
   * Has compared nothing yet.
   *
   * @param memory what was completed before need not be on the topic any more
   * @param ours whether a group is of a policy that we have anything to say about
   */
  EventComparison(Instant now, Instant memory, IntPredicate ours) {
    this.now = now;
    this.memoryMicros = micros(memory);
    this.ours = ours;
  }

  void compare(Spill ledger, Spill outcomes) {
    for (int part = 0; part < Spill.PARTS; part++) {
      compare(ledger.part(part), outcomes.part(part));
    }
  }

  private void compare(List<Entry> ledger, List<Entry> outcomes) {
    Map<Entry.Key, Entry> booked = new HashMap<>(ledger.size() * 2);
    ledger.forEach(entry -> booked.putIfAbsent(entry.key(), entry));
    Set<Entry.Key> said = new HashSet<>(outcomes.size() * 2);
    for (Entry outcome : outcomes) {
      if (!ours.test(outcome.group())) {
        foreign++;
        continue;
      }
      boolean first = said.add(outcome.key());
      if (first) {
        GroupSums group = sums(outcome);
        group.said(outcome);
      }
      @Nullable Entry row = booked.get(outcome.key());
      if (row == null || !row.sameAs(outcome)) {
        suspect(new Suspect(row, outcome, false));
      }
    }
    for (Entry row : booked.values()) {
      book(row, said.contains(row.key()));
    }
  }

  private void book(Entry row, boolean said) {
    if (row.is(Entry.NEW) && !said) {
      return;
    }
    GroupSums group = sums(row);
    group.booked(row);
    if (row.is(Entry.TORN)) {
      suspect(new Suspect(row, null, true));
    }
    if (said) {
      return;
    }
    if (!row.is(Entry.SAID) && row.completedMicros() > micros(now.minus(ON_ITS_WAY_MAX))) {
      group.notSaidYet();
    } else if (row.is(Entry.SAID) && row.completedMicros() < memoryMicros) {
      group.forgotten();
    } else {
      suspect(new Suspect(row, null, false));
    }
  }

  private GroupSums sums(Entry entry) {
    return sums.computeIfAbsent(entry.group(), group -> new GroupSums());
  }

  private void suspect(Suspect suspect) {
    differences++;
    different.add(suspect.either().group());
    earliest.add(suspect);
    if (earliest.size() > NAMED_MAX) {
      earliest.poll();
    }
  }

  Map<Integer, GroupSums> sums() {
    return sums;
  }

  /** All that were found, also those that are not named. */
  long differences() {
    return differences;
  }

  /** Outcomes of policies that are not ours, which were not compared. */
  long foreign() {
    return foreign;
  }

  boolean isDifferent(int group) {
    return different.contains(group);
  }

  /** The earliest of them, in order. */
  List<Suspect> earliest() {
    List<Suspect> sorted = new ArrayList<>(earliest);
    sorted.sort(Suspect.EARLIEST_FIRST);
    return sorted;
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000L + time.getNano() / 1_000;
  }
}
