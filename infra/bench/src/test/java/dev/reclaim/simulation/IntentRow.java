package dev.reclaim.simulation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the book of intents. */
record IntentRow(
    String path,
    String version,
    FakeDatabase.Named event,
    long size,
    int attempt,
    @Nullable String policy,
    @Nullable String run,
    boolean done,
    Instant openedAt,
    @Nullable Instant closedAt,
    @Nullable Instant fencedAt) {
  static String key(String path, String version) {
    return path + "\n" + version;
  }

  boolean isOpenOf(FakeDatabase.Named its) {
    return !done && event.equals(its);
  }

  IntentRow again(@Nullable Instant fenced) {
    return new IntentRow(
        path, version, event, size, attempt + 1, policy, run, done, openedAt, closedAt, fenced);
  }

  IntentRow closed(Instant now) {
    return new IntentRow(
        path, version, event, size, attempt, policy, run, true, openedAt, now, fencedAt);
  }
}
