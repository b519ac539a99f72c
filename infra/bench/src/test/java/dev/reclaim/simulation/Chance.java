package dev.reclaim.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The seed's choices. */
public final class Chance {
  private final Random random;

  Chance(long seed) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
  }

  /** True once in so many times. */
  public boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** From 0 to just below. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both included. */
  public int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** One of them. */
  public <T> T of(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Both included, in milliseconds. */
  public Duration between(Duration least, Duration most) {
    long span = most.toMillis() - least.toMillis();
    return least.plusMillis((long) (random.nextDouble() * (span + 1)));
  }
}
