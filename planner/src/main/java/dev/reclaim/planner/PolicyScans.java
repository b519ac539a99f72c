package dev.reclaim.planner;

import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.Policy;
import java.time.Instant;

/** What runs go over. */
interface PolicyScans {
  /**
   * Opens a scan of what a run goes over: the quarantines of the policy's stores, and what it
   * speaks of.
   *
   * @param gate what files have to pass besides
   */
  Scan withQuarantine(Policy policy, String run, Instant cutoff, Trust trust, OrphanGate gate);

  /** Forgets what the next scan of the policy needs no more. */
  void settleUp(Policy policy);
}
