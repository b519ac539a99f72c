package dev.reclaim.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a row has expired.
 *
 * @param after the retention; days are 24 hours
 * @param by the column that says how old a row is; NULL never expires
 * @param zone how to read a column without a zone ({@code timestamp}, {@code date}); absent for
 *     {@code timestamptz}
 */
public record Expiry(Duration after, String by, Optional<ZoneId> zone) {
  /** The latest cutoff that the policy allows at {@code now}. */
  public Instant cutoff(Instant now) {
    return now.minus(after);
  }
}
