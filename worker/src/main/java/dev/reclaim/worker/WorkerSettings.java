package dev.reclaim.worker;

import java.time.Duration;

/**
 * How one worker works.
 *
 * @param name who it is, for people; stands in its outcomes
 * @param group the consumer group that all workers of an installation share; deferred claims are
 *     read by a second group that is called after it
 * @param concurrency claims carried out at a time in each database and store, 1 at least
 * @param inFlightMax records polled and not yet settled before polling pauses
 * @param drainMax how long closing waits for what is under way
 * @param waits how long claims wait for what does not answer
 */
public record WorkerSettings(
    String name, String group, int concurrency, int inFlightMax, Duration drainMax, Waits waits) {

  /** A worker that waits as long as usual. */
  public WorkerSettings(
      String name, String group, int concurrency, int inFlightMax, Duration drainMax) {
    this(name, group, concurrency, inFlightMax, drainMax, Waits.USUAL);
  }

  public static WorkerSettings named(String name) {
    return new WorkerSettings(name, "reclaim-workers", 4, 1_024, Duration.ofSeconds(20));
  }

  /**
   * The part of it that takes deferred claims up again: on threads of its own, so that trying what
   * is away never holds up what is there.
   *
   * @param inFlight deferred records that may wait in memory
   */
  WorkerSettings forDeferred(int inFlight) {
    return new WorkerSettings(
        name + "-deferred",
        group + "-deferred",
        Math.max(1, concurrency / 2),
        inFlight,
        drainMax,
        waits);
  }
}
