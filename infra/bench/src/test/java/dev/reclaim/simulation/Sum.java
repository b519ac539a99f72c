package dev.reclaim.simulation;

/** Rows, files and bytes. */
public record Sum(long rows, long files, long bytes) {
  /** Of nothing. */
  public static final Sum NOTHING = new Sum(0, 0, 0);

  /** Both. */
  public Sum plus(Sum other) {
    return new Sum(rows + other.rows, files + other.files, bytes + other.bytes);
  }

  /** Whether nothing of it is more. */
  boolean isWithin(Sum other) {
    return rows <= other.rows && files <= other.files && bytes <= other.bytes;
  }

  @Override
  public String toString() {
    return "%d rows, %d files, %d bytes".formatted(rows, files, bytes);
  }
}
