package dev.reclaim.worker;

import dev.reclaim.events.Claim;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.worker.rows.RowCleanup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The claims that need one backend, and how many threads are at them: never more than so many,
 * however many wait, so that a backend that does not answer holds only its own. Thread-safe.
 */
final class Lane {
  private final int threadsMax;
  private final int claimsMax;
  private final Deque<Taken> waiting = new ArrayDeque<>();
  private int threads;
  private long movedNanos = System.nanoTime();

  /**
   * An empty lane.
   *
   * @param claimsMax most claims of a transaction
   */
  Lane(int threadsMax, int claimsMax) {
    this.threadsMax = threadsMax;
    this.claimsMax = claimsMax;
  }

  /** What claims must have in common to share a transaction. */
  private record Sharing(String policy, Instant cutoff) {
    static Sharing of(ExpiredRecords rows) {
      return new Sharing(rows.policy(), rows.cutoff());
    }
  }

  /**
   * Adds claims.
   *
   * @return whether one more thread is to come, which has then to call {@link #next} to its end
   */
  synchronized boolean add(List<Taken> claims) {
    if (threads == 0) {
      movedNanos = System.nanoTime();
    }
    waiting.addAll(claims);
    if (waiting.isEmpty() || threads >= threadsMax) {
      return false;
    }
    threads++;
    return true;
  }

  /**
   * The next claims that can share a transaction, or one that cannot; none when nothing is left,
   * and the thread has left the lane.
   */
  synchronized List<Taken> next() {
    movedNanos = System.nanoTime();
    waiting.removeIf(taken -> !taken.delivery().ours());
    List<Taken> group = new ArrayList<>();
    if (waiting.isEmpty()) {
      threads--;
      return group;
    }
    int most = Math.min(claimsMax, (waiting.size() + threads - 1) / Math.max(1, threads));
    Taken first = waiting.removeFirst();
    group.add(first);
    if (first.claim().claim() instanceof ExpiredRecords rows) {
      addLike(rows, group, most);
    }
    return group;
  }

  private void addLike(ExpiredRecords first, List<Taken> group, int most) {
    Set<EventIdentity> seen = new HashSet<>(Set.of(group.get(0).claim().identity()));
    int keys = first.keys().size();
    Iterator<Taken> others = waiting.iterator();
    while (others.hasNext() && group.size() < most && keys < RowCleanup.KEYS_MAX) {
      Taken other = others.next();
      Claim claim = other.claim().claim();
      if (claim instanceof ExpiredRecords rows
          && Sharing.of(rows).equals(Sharing.of(first))
          && seen.add(other.claim().identity())) {
        group.add(other);
        keys += rows.keys().size();
        others.remove();
      }
    }
  }

  /** Takes out what waits while no thread has come back for so long. */
  synchronized List<Taken> stranded(Duration longest) {
    if (waiting.isEmpty() || System.nanoTime() - movedNanos < longest.toNanos()) {
      return List.of();
    }
    List<Taken> stranded = List.copyOf(waiting);
    waiting.clear();
    return stranded;
  }

  /** A thread goes before its time. */
  synchronized void leave() {
    threads--;
  }
}
