package dev.reclaim.planner;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A wait that may never end: when nothing has moved for a while, it is asked whether there is a
 * known reason why nothing will.
 *
 * <p>Without such a reason a run waits without end, because a backend that is away comes back.
 */
final class Standstill {
  /**
   * So long nothing moves before a run is ended for a known reason. Longer than a claim takes that
   * is deferred for the first time, so that what is mended at once ends no run.
   */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final Duration limit;
  private final Causes causes;
  private final LongSupplier nanos;
  private int left = -1;
  private long movedNanos;

  /** Why events will not end by themselves. */
  @FunctionalInterface
  interface Causes {
    /**
     * In words, with the mend.
     *
     * @param unmoved how long nothing has moved; what was seen before says nothing
     */
    Optional<String> known(Duration unmoved);
  }

  Standstill(Duration limit, Causes causes, LongSupplier nanos) {
    this.limit = limit;
    this.causes = causes;
    this.nanos = nanos;
    this.movedNanos = nanos.getAsLong();
  }

  /**
   * Takes note of how many events are left.
   *
   * @throws EndlessException when they will not end by themselves
   */
  void left(int now) {
    if (now != left) {
      left = now;
      movedNanos = nanos.getAsLong();
      return;
    }
    Duration unmoved = Duration.ofNanos(nanos.getAsLong() - movedNanos);
    if (unmoved.compareTo(limit) >= 0) {
      causes
          .known(unmoved)
          .ifPresent(
              why -> {
                throw new EndlessException(
                    "%d of its events %s not carried out: %s"
                        .formatted(now, now == 1 ? "is" : "are", why));
              });
    }
  }

  /** Waiting would never end; the message says why, and what to do. */
  static final class EndlessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndlessException(String why) {
      super(why);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }
}
