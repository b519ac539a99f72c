package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What happened under one seed, a line each, kept only where somebody will read it. */
final class Story {
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();
  private LongSupplier nowMs = () -> 0;
  private long startMs;

  Story(boolean kept) {
    this.kept = kept;
  }

  void begin(LongSupplier clock) {
    nowMs = clock;
    startMs = clock.getAsLong();
  }

  /** Adds a line; its arguments are those of {@link String#format}. */
  void tell(String line, Object... of) {
    if (kept) {
      lines.add("%9.3f  %s".formatted((nowMs.getAsLong() - startMs) / 1e3, line.formatted(of)));
    }
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
