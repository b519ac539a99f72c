package dev.reclaim.cli.demo;

/** What was reclaimed, or had to be: rows with their children, files, and the bytes of both. */
public record Account(long rows, long files, long bytes) {
  public static final Account NOTHING = new Account(0, 0, 0);

  public Account plus(Account other) {
    return new Account(rows + other.rows, files + other.files, bytes + other.bytes);
  }
}
