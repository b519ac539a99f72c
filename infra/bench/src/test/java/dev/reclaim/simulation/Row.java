package dev.reclaim.simulation;

import java.time.Instant;

/**
 * A row of the application's.
 *
 * @param url of its file; empty where it has none
 * @param madeAt when it was committed
 */
record Row(String key, Instant createdAt, String url, long bytes, long madeAt) {
  Row renewed(Instant now) {
    return new Row(key, now, url, bytes, madeAt);
  }

  Row madeAt(long step) {
    return new Row(key, createdAt, url, bytes, step);
  }
}
