package dev.reclaim.bench.oracle;

import java.util.Collection;

/** Rows, children included, files, and the bytes of both. */
public record Sums(long rows, long files, long bytes) {
  public static final Sums NOTHING = new Sums(0, 0, 0);

  public Sums plus(Sums other) {
    return new Sums(rows + other.rows, files + other.files, bytes + other.bytes);
  }

  static Sums of(Collection<Sums> parts) {
    return parts.stream().reduce(NOTHING, Sums::plus);
  }
}
