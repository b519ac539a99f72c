package dev.reclaim.events;

import org.jspecify.annotations.Nullable;

/**
 * What an event on a work topic says: that these rows, or a whole partition of them, have expired,
 * that these files are orphans, that these leftovers of a store are old, or that files have been in
 * quarantine for long enough.
 *
 * <p>A claim, never a permission: a worker checks it against its own policy and the live data
 * before it deletes.
 */
public sealed interface Claim
    permits ExpiredRecords, ExpiredPartition, OrphanedFiles, StoreLeftovers, QuarantinedFiles {
  /** Most keys or files that one event may carry. */
  int ENTRIES_MAX = 1_000;

  /** Largest value of one event, in bytes. */
  int BYTES_MAX = 1 << 20;

  /** Name of the policy that the claim appeals to. */
  String policy();

  /** Id of the planner's run; absent from other producers. */
  @Nullable String run();

  ClaimKind kind();
}
