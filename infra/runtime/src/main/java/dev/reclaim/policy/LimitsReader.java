package dev.reclaim.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the limits of a database. */
final class LimitsReader {
  private static final int ROWS_PER_SECOND_MAX = 100_000_000;
  private static final int CONNECTIONS_MAX = 1_000;
  private static final DailyWindow NO_WINDOW =
      new DailyWindow(LocalTime.MIDNIGHT, LocalTime.NOON, ZoneOffset.UTC);

  private LimitsReader() {}

  static Limits read(Section section) {
    Limits limits =
        new Limits(
            count(section, "rowsPerSecond", ROWS_PER_SECOND_MAX),
            count(section, "connections", CONNECTIONS_MAX),
            maxReplicaLag(section),
            window(section));
    if (section.keys().isEmpty()) {
      section.report(section.position(), "\"limits\" names no limit: name one, or remove it");
    }
    section.end();
    return limits;
  }

  private static OptionalInt count(Section section, String key, int max) {
    return section.node(key).isPresent()
        ? OptionalInt.of(section.count(key, max))
        : OptionalInt.empty();
  }

  private static Optional<Duration> maxReplicaLag(Section section) {
    return section.node("maxReplicaLag").isPresent()
        ? Optional.of(section.duration("maxReplicaLag"))
        : Optional.empty();
  }

  private static Optional<DailyWindow> window(Section section) {
    if (section.node("window").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        section.parsed(
            "window",
            NO_WINDOW,
            text -> {
              try {
                return DailyWindow.parse(text);
              } catch (DateTimeException e) {
                throw section.wrong("window", "\"window\" %s", String.valueOf(e.getMessage()));
              }
            }));
  }
}
