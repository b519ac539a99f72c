package dev.reclaim.policy;

import java.time.Duration;

/**
 * Where a database is, who we are there, and how hard we may work it.
 *
 * @param limits for all workers together
 * @param keepLedger how long its ledger is kept; then its sums are
 */
public record DatabaseSettings(
    String name, String url, String user, String password, Limits limits, Duration keepLedger) {
  /** How long a ledger is kept where nothing else is asked for. */
  public static final Duration KEEP_LEDGER = Duration.ofDays(400);

  /** Longer than topics keep a record that could come again. */
  public static final Duration KEEP_LEDGER_MIN = Duration.ofDays(45);

  /** Without limits of the operator's. */
  public DatabaseSettings(String name, String url, String user, String password) {
    this(name, url, user, password, Limits.NONE, KEEP_LEDGER);
  }

  @Override
  public String toString() {
    return "database " + name + " (" + url + " as " + user + ")";
  }
}
