package dev.reclaim.deadletters;

import java.util.Comparator;

/** Where a letter lies on the topic of dead letters; written {@code partition:offset}. */
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
  private static final Comparator<LetterId> ORDER =
      Comparator.comparingInt(LetterId::partition).thenComparingLong(LetterId::offset);

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException when the text is no such place
   */
  public static LetterId of(String text) {
    if (!text.matches("[0-9]{1,9}:[0-9]{1,18}")) {
      throw new IllegalArgumentException("'%s' is no letter like 0:42".formatted(text));
    }
    int colon = text.indexOf(':');
    return new LetterId(
        Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }

  @Override
  public int compareTo(LetterId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
