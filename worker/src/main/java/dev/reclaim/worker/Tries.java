package dev.reclaim.worker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How often, and since when, one delivery has been tried. Used by one thread at a time. */
final class Tries {
  private final @Nullable Instant since;
  private int deferrals;
  private int attempts;
  private long firstNanos;

  private Tries(int deferrals, @Nullable Instant since) {
    this.deferrals = deferrals;
    this.since = since;
  }

  static Tries none() {
    return new Tries(0, null);
  }

  /**
   * Of a record that was deferred before.
   *
   * @param since when it was for the first time
   */
  static Tries deferred(int times, Instant since) {
    return new Tries(times, since);
  }

  /** Begins one more; 1 for the first. */
  int next() {
    if (attempts == 0) {
      firstNanos = System.nanoTime();
    }
    return ++attempts;
  }

  /** Attempts begun by this delivery. */
  int attempts() {
    return attempts;
  }

  /** Time since the first of them began. */
  Duration length() {
    return attempts == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - firstNanos);
  }

  /** How often it was deferred. */
  int deferrals() {
    return deferrals;
  }

  /** Counts one more wait as a deferral. */
  void deferredAgain() {
    deferrals++;
  }

  /** When it was deferred for the first time, {@code now} if it never was. */
  Instant since(Instant now) {
    return since == null ? now : since;
  }
}
