package dev.reclaim.planner;

import java.time.Instant;

/**
 * A run as its row says.
 *
 * @param id {@code policy/slot} or {@code policy/start-nonce}
 * @param startedAt on the database's clock; the time of all its events
 * @param position where its present pass goes on
 * @param published whether all of its present pass was said, so that only waiting is left
 * @param resumed whether another process began it
 */
record Run(
    String id,
    String policy,
    Instant cutoff,
    Instant startedAt,
    int pass,
    String position,
    boolean published,
    boolean resumed) {
  Run at(String next) {
    return new Run(id, policy, cutoff, startedAt, pass, next, published, resumed);
  }

  Run nextPass() {
    return new Run(id, policy, cutoff, startedAt, pass + 1, "", false, resumed);
  }

  /**
   * The cutoff that claims of the present pass name: a nanosecond less than the pass before.
   *
   * <p>An event's id is a digest of what it claims. Where a pass finds exactly the rows of the one
   * before, all of them locked, it has to be another event, or the ledger would take it for the old
   * one sent again. PostgreSQL counts microseconds and rounds, so all passes judge alike.
   */
  Instant claimCutoff() {
    return cutoff.minusNanos(pass - 1L);
  }
}
