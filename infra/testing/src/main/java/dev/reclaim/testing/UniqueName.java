package dev.reclaim.testing;

import java.util.concurrent.atomic.AtomicInteger;

/** Names that no other test of this JVM gets, fit for a database and for a bucket. */
final class UniqueName {
  private static final AtomicInteger LAST = new AtomicInteger();

  private UniqueName() {}

  static String next() {
    return "test" + LAST.incrementAndGet();
  }
}
