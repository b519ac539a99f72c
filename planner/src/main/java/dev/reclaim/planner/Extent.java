package dev.reclaim.planner;

import dev.reclaim.events.Reclaimed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much of a store was found: number, bytes, and the times between which it is from. */
final class Extent {
  private long files;
  private long bytes;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  void add(@Nullable Long size, @Nullable Instant time) {
    files++;
    bytes += size == null ? 0 : size;
    if (time != null) {
      oldest = oldest == null || time.isBefore(oldest) ? time : oldest;
      newest = newest == null || time.isAfter(newest) ? time : newest;
    }
  }

  long files() {
    return files;
  }

  Reclaimed reclaimed() {
    return new Reclaimed(0, files, bytes);
  }

  Optional<String> oldest() {
    return Optional.ofNullable(oldest).map(Extent::second);
  }

  Optional<String> newest() {
    return Optional.ofNullable(newest).map(Extent::second);
  }

  /** For people, who need no more than seconds. */
  static String second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
