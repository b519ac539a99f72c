package dev.reclaim.store;

/** Whether a store keeps a file's old contents when it is replaced or deleted. */
public enum Versioning {
  NONE,
  ENABLED,
  /** Old versions are still there; what is written now replaces what was written since. */
  SUSPENDED,
  /** The store does not say, or not to us. */
  UNKNOWN
}
