package dev.reclaim.worker.pace;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Our part of the rows a second that the policy file allows, if it says any. Not thread-safe. */
final class RowBudget {
  /** How long after it held somebody up it is still said to do so. */
  private static final Duration SAID_FOR = Duration.ofSeconds(10);

  private final OptionalInt rowsPerSecond;
  private final Optional<TokenBucket> bucket;
  private OptionalLong heldUpAt = OptionalLong.empty();

  RowBudget(OptionalInt rowsPerSecond, long now) {
    this.rowsPerSecond = rowsPerSecond;
    this.bucket =
        rowsPerSecond.isPresent()
            ? Optional.of(new TokenBucket(rowsPerSecond.getAsInt(), now))
            : Optional.empty();
  }

  /** Divides it anew. */
  void share(Fleet fleet, long now) {
    bucket.ifPresent(it -> it.rate(fleet.share((double) rowsPerSecond.orElseThrow()), now));
  }

  /** The smaller of what is asked and what can be had at once. */
  int rowsMax(int rows) {
    return Math.min(rows, bucket.map(TokenBucket::rowsMax).orElse(rows));
  }

  /** How long until so many rows can be had; 0 for now. */
  long waitNanos(int rows, long now) {
    long nanos = bucket.map(it -> it.waitNanos(rows, now)).orElse(0L);
    if (nanos > 0) {
      heldUpAt = OptionalLong.of(now);
    }
    return nanos;
  }

  /** Takes rows, or gives back where they are negative. */
  void take(long rows) {
    bucket.ifPresent(it -> it.take(rows));
  }

  /** Why it goes no faster, if it is for this. */
  Optional<String> reason(long now) {
    return heldUpAt.isPresent() && now - heldUpAt.getAsLong() < SAID_FOR.toNanos()
        ? Optional.of("limits.rowsPerSecond is %d".formatted(rowsPerSecond.orElseThrow()))
        : Optional.empty();
  }
}
