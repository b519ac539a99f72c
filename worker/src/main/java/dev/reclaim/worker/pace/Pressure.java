package dev.reclaim.worker.pace;

/** How much one signal asks for, the least first. */
enum Pressure {
  /** Nothing. */
  NONE,
  /** Nothing, because it cannot be seen. */
  UNSEEN,
  /** Not to go any faster. */
  HOLD,
  /** To go slower. */
  SLOW,
  /** To go slower at once, in smaller transactions, too. */
  AT_ONCE,
  /** To stop until it says otherwise. */
  HALT
}
