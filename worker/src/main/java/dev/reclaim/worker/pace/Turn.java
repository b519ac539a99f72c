package dev.reclaim.worker.pace;

import java.time.Duration;

/**
 * The right to run one transaction that deletes, from {@link Pace#enter} to {@link #close}. Used by
 * one thread.
 */
public final class Turn implements AutoCloseable {
  private final Pace pace;
  private final String policy;
  private final int rowsMax;
  private final int beside;
  private boolean said;

  Turn(Pace pace, String policy, int rowsMax, int beside) {
    this.pace = pace;
    this.policy = policy;
    this.rowsMax = rowsMax;
    this.beside = beside;
  }

  /**
   * Most keys that the transaction should take. One event that has more may be taken whole: what is
   * too much is waited for afterwards.
   */
  public int rowsMax() {
    return rowsMax;
  }

  /**
   * Says what was done, once, after the commit; without it nothing was.
   *
   * @param rows deleted or marked by this very transaction, children included; 0 for a replay
   * @param sqlTook what its statements took, waiting for the turn left out
   */
  public void done(long rows, Duration sqlTook) {
    if (!said) {
      said = true;
      pace.done(policy, rows - rowsMax, rows, sqlTook, beside);
    }
  }

  @Override
  public void close() {
    if (!said) {
      said = true;
      pace.done(policy, -rowsMax, 0, Duration.ZERO, beside);
    }
    pace.leave();
  }
}
