package dev.reclaim.audit;

import dev.reclaim.events.ReclaimedSpace;

/** Events, and what they reclaimed. */
public record Amounts(long events, long rows, long files, long bytes) {
  public static final Amounts NONE = new Amounts(0, 0, 0, 0);

  static Amounts of(Entry entry) {
    return new Amounts(1, entry.rows(), entry.files(), entry.bytes());
  }

  static Amounts of(ReclaimedSpace space) {
    return new Amounts(
        space.events(),
        space.reclaimed().rows(),
        space.reclaimed().files(),
        space.reclaimed().bytes());
  }

  Amounts plus(Amounts other) {
    return new Amounts(
        events + other.events, rows + other.rows, files + other.files, bytes + other.bytes);
  }

  @Override
  public String toString() {
    return "%d events with %d rows, %d files, %d bytes".formatted(events, rows, files, bytes);
  }
}
