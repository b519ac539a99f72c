package dev.reclaim.worker.files;

import dev.reclaim.events.EventIdentity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * That a deletion begins soon after its intents were taken. A process that was stopped in between
 * must not go by what it saw before: others have taken its event over meanwhile.
 *
 * <p>By two clocks, because one stands still while the machine sleeps, and the other can be set.
 */
final class Promptness {
  /** From the first look at the intents to the call of the store. */
  static final Duration WITHIN = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final long startNanos;
  private final Instant start;

  Promptness(LongSupplier nanoTime, InstantSource clock) {
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.startNanos = nanoTime.getAsLong();
    this.start = clock.instant();
  }

  static Promptness start() {
    return new Promptness(System::nanoTime, InstantSource.system());
  }

  /**
   * Checks it.
   *
   * @throws AttemptTakenException when it is too late, and the claim has to be looked at anew
   */
  void require(EventIdentity event) {
    Duration went = Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    Duration told = Duration.between(start, clock.instant());
    if (went.compareTo(WITHIN) > 0 || told.abs().compareTo(WITHIN) > 0) {
      throw new AttemptTakenException(event);
    }
  }
}
