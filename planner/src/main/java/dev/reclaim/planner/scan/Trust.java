package dev.reclaim.planner.scan;

/** How a set of references is believed. */
public enum Trust {
  /** Only if it is about as large as it was, which is then remembered. */
  AS_BEFORE,
  /** As it is, this once, and remembered. */
  ACCEPTED,
  /** As before, as far as what was remembered can be read; nothing is remembered. */
  UNRECORDED
}
