package dev.reclaim.store;

/** What became of a file that was to be deleted. */
public enum DeletionResult {
  /** It was there as seen, and this call removed it. */
  DELETED,
  /** It was gone already. */
  MISSING,
  /** Something else is there under this path; it was kept. */
  CHANGED,
  /** The store forbids it, or the path is none that may be touched; it was kept. */
  DENIED,
  /** The store refused it for a reason of its own; it was kept. */
  FAILED
}
