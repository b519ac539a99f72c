package dev.reclaim.store;

/** What became of a file that was to be deleted. */
public enum DeletionResult {
  /** It was there as seen, and this call removed it. */
  DELETED,
  /** It was there as seen, and is hidden behind a delete marker now: its bytes are not free yet. */
  HIDDEN,
  /** It was gone already. */
  MISSING,
  /** Something else is there under this path; it was kept. */
  CHANGED,
  /** The store forbids it, or the path is none that may be touched; it was kept. */
  DENIED,
  /** A legal hold or a retention of the store's own keeps it. */
  RETAINED,
  /** The store refused it for a reason of its own; it was kept. */
  FAILED
}
