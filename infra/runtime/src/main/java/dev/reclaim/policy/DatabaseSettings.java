package dev.reclaim.policy;

/**
 * Where a database is, who we are there, and how hard we may work it.
 *
 * @param limits for all workers together
 */
public record DatabaseSettings(
    String name, String url, String user, String password, Limits limits) {
  /** Without limits of the operator's. */
  public DatabaseSettings(String name, String url, String user, String password) {
    this(name, url, user, password, Limits.NONE);
  }

  @Override
  public String toString() {
    return "database " + name + " (" + url + " as " + user + ")";
  }
}
