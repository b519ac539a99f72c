package dev.reclaim.events;

/**
 * What was given back, from effects alone and never from a claim; negative where files were brought
 * back from the quarantine, so that the sum is what is gone.
 *
 * @param rows deleted rows, children included; a marked row counts 0
 * @param files deleted files
 * @param bytes logical bytes: stored size of every column of the rows, length of the content of the
 *     files
 */
public record Reclaimed(long rows, long files, long bytes) {
  public static final Reclaimed NOTHING = new Reclaimed(0, 0, 0);

  /** What is taken back of it. */
  public Reclaimed negated() {
    return new Reclaimed(-rows, -files, -bytes);
  }

  public Reclaimed plus(Reclaimed other) {
    return new Reclaimed(rows + other.rows, files + other.files, bytes + other.bytes);
  }
}
