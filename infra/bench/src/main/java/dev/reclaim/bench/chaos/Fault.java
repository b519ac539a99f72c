package dev.reclaim.bench.chaos;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can go wrong. */
public enum Fault {
  KILL_WORKER,
  /** Stopped for longer than its session lasts, then let go on. */
  STOP_WORKER,
  KILL_PLANNER,
  STOP_PLANNER,
  KILL_METRICS,
  /** Killed, and its state directory with it. */
  WIPE_STREAMS,
  RESTART_POSTGRES,
  RESTART_BROKER,
  FREEZE_DATABASE,
  CUT_DATABASE,
  /** A commit succeeds and the connection breaks before anybody hears of it. */
  LOSE_COMMIT_REPLY,
  FREEZE_BROKER,
  CUT_BROKER,
  STORE_503,
  /** The store deletes and does not say so. */
  LOSE_STORE_REPLY,
  /** Some events are said two times more. */
  DUPLICATE,
  /** All events of a topic are said once more. */
  REPLAY,
  /** Members come and go. */
  REBALANCE;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
