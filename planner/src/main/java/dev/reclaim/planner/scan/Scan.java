package dev.reclaim.planner.scan;

import dev.reclaim.events.Claim;
import java.util.List;

/** Goes once over everything a policy speaks of, batch by batch. Not thread-safe. */
public interface Scan extends AutoCloseable {
  /** Where a scan begins. */
  String START = "";

  /**
   * What was found between the position asked for and the next one.
   *
   * @param guarded rows that are past their retention but that something refers to, and old files
   *     that something may refer to
   * @param undated rows whose date says nothing, so that they stay
   * @param refused rows past their retention that the database would not give up
   * @param position where to go on; any process may
   * @param progress share of the whole that lies behind, 0 to 1
   */
  record Batch(
      List<Claim> claims,
      long guarded,
      long undated,
      long refused,
      String position,
      double progress,
      boolean last) {}

  /**
   * Finds the next batch; asked again with the same position over unchanged data it finds the same.
   */
  Batch next(String position);

  /** What people should hear of the scan, once it has begun. */
  default List<String> notes() {
    return List.of();
  }

  @Override
  void close();
}
