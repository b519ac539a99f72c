package dev.reclaim.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What was looked at a moment ago and needs no second look before it is deleted. Each look serves
 * one deletion. Thread-safe.
 */
final class FreshLooks {
  /** How long a look holds; the deletion of a thousand may take as long. */
  static final Duration VALID = Duration.ofSeconds(1);

  /** Looks that are remembered, each at up to a thousand objects. */
  private static final int LOOKS_MAX = 16;

  private final LongSupplier clock;
  private final Deque<Look> looks = new ArrayDeque<>();

  FreshLooks(LongSupplier nanoClock) {
    this.clock = nanoClock;
  }

  private record Look(long began, Set<StoredObject> objects) {}

  /** The time at which a look begins. */
  long now() {
    return clock.getAsLong();
  }

  /** Remembers what a look has shown. */
  synchronized void add(long began, Collection<StoredObject> shown) {
    looks.addLast(new Look(began, new HashSet<>(shown)));
    if (looks.size() > LOOKS_MAX) {
      looks.removeFirst();
    }
  }

  /** Those of the objects that were seen just so a moment ago; never again for the same look. */
  synchronized Set<StoredObject> take(List<StoredObject> objects) {
    long oldest = clock.getAsLong() - VALID.toNanos();
    looks.removeIf(look -> look.began() - oldest < 0);
    Set<StoredObject> fresh = new HashSet<>();
    for (StoredObject object : objects) {
      for (Look look : looks) {
        if (look.objects().remove(object)) {
          fresh.add(object);
        }
      }
    }
    return fresh;
  }
}
