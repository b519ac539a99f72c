package dev.reclaim.worker.pace;

import org.jdbi.v3.core.Handle;

/**
 * Sessions of the application that wait for a lock of ours. The lock table is open to every role,
 * unlike what others' sessions are at.
 */
final class LockWaitSignal implements Signal {
  /** Ours are those of this worker: each answers for its own. */
  private static final String WAITING =
      """
      WITH ours AS (SELECT pid FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = :ours),
           waiting AS (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted)
      SELECT count(*)
        FROM waiting w
        JOIN pg_stat_activity a ON a.pid = w.pid AND a.application_name NOT LIKE 'reclaim-%'
       WHERE w.pid NOT IN (SELECT pid FROM ours)
         AND EXISTS (SELECT 1 FROM unnest(pg_blocking_pids(w.pid)) AS b WHERE b IN (SELECT pid FROM ours))
      """;

  private final String ours;

  /**
   * A signal for the sessions of this worker.
   *
   * @param ours their application name
   */
  LockWaitSignal(String ours) {
    this.ours = ours;
  }

  @Override
  public Reading read(Handle handle) {
    return judge(handle.createQuery(WAITING).bind("ours", ours).mapTo(Long.class).one());
  }

  /** What so many waiting sessions mean. */
  Reading judge(long waiting) {
    return waiting == 0
        ? Reading.CALM
        : new Reading(
            Pressure.AT_ONCE,
            name(),
            "%d %s for a lock of ours"
                .formatted(
                    waiting,
                    waiting == 1
                        ? "session of the application waits"
                        : "sessions of the application wait"));
  }

  @Override
  public String name() {
    return "lock waits";
  }
}
