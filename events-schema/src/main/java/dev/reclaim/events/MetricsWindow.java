package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The spans that reclaimed space is summed over, aligned to UTC. */
public enum MetricsWindow {
  @JsonProperty("hour")
  HOUR(Optional.of(Duration.ofHours(1))),
  @JsonProperty("day")
  DAY(Optional.of(Duration.ofDays(1))),
  /** Since the ledger began. */
  @JsonProperty("all")
  ALL(Optional.empty());

  private final Optional<Duration> size;

  MetricsWindow(Optional<Duration> size) {
    this.size = size;
  }

  /** Length of the window; empty for all time. */
  public Optional<Duration> size() {
    return size;
  }

  /** First instant of the window that holds {@code time}; empty for all time. */
  public Optional<Instant> startOf(Instant time) {
    return size.map(
        length -> {
          long millis = length.toMillis();
          return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), millis) * millis);
        });
  }
}
