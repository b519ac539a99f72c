package dev.reclaim.worker.pace;

import dev.reclaim.admin.PaceStatus.State;

/**
 * What a pace is at and why: it is told once for each state and cause.
 *
 * @param cause the same as long as the same thing is the matter
 * @param reason in plain words, with numbers of the moment
 */
record Verdict(State state, String cause, String reason) {
  static final Verdict FULL = new Verdict(State.FULL, "", "");

  /** Whether people would say that nothing has changed. */
  boolean isLike(Verdict other) {
    return told() == other.told() && cause.equals(other.cause);
  }

  /** What deleting does, for people. */
  String words() {
    return switch (told()) {
      case PAUSED -> "pauses: " + reason;
      case SLOWED -> "is slowed down: " + reason;
      case IDLE, FULL, LIMITED -> "goes on at full speed";
    };
  }

  /** Idle, full and limited are all as it should be. */
  private State told() {
    return switch (state) {
      case IDLE, FULL, LIMITED -> State.FULL;
      case SLOWED -> State.SLOWED;
      case PAUSED -> State.PAUSED;
    };
  }
}
