package dev.reclaim.worker;

import java.time.Duration;

/**
 * How one worker works.
 *
 * @param name who it is, for people; stands in its outcomes
 * @param group the consumer group that all workers of an installation share
 * @param concurrency claims carried out at a time, 1 at least
 * @param inFlightMax records polled and not yet settled before polling pauses
 * @param drainMax how long closing waits for what is under way
 */
public record WorkerSettings(
    String name, String group, int concurrency, int inFlightMax, Duration drainMax) {

  public static WorkerSettings named(String name) {
    return new WorkerSettings(name, "reclaim-workers", 4, 256, Duration.ofSeconds(20));
  }
}
