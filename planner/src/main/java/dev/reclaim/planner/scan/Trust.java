package dev.reclaim.planner.scan;

/** How a set of references is believed. */
public enum Trust {
  /** Only if it is about as large as it was, which is then remembered. */
  AS_BEFORE,
  /** As it is, this once, and remembered. */
  ACCEPTED,
  /** As before, as far as what was remembered can be read; nothing is remembered. */
  UNRECORDED,
  /** As it is; nothing is remembered. */
  UNRECORDED_ACCEPTED;

  public boolean isAccepted() {
    return this == ACCEPTED || this == UNRECORDED_ACCEPTED;
  }

  /** Whether what is found may be written down. */
  public boolean isRecorded() {
    return this == AS_BEFORE || this == ACCEPTED;
  }
}
