package dev.reclaim.policy;

/** Where a database is and who we are there. */
public record DatabaseSettings(String name, String url, String user, String password) {
  @Override
  public String toString() {
    return "database " + name + " (" + url + " as " + user + ")";
  }
}
