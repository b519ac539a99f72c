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
}
