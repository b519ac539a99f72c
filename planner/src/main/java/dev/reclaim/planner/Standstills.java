package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.policy.Policy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The known reasons why a run would wait for ever: its policy was stopped where rows are deleted,
 * or some of its events were dropped unread.
 */
final class Standstills {
  private static final String STOPPED =
      """
      SELECT reason FROM reclaim.stopped_policy
       WHERE policy = :policy AND seen_at > now() - make_interval(secs => :seconds)
      """;

  private final Databases databases;
  private final Losses losses;
  private final Duration limit;
  private final LongSupplier nanos;

  /**
   * The reasons as of now.
   *
   * @param limit so long nothing moves before they are looked at
   * @param nanos the clock, like {@link System#nanoTime}
   */
  Standstills(Databases databases, Losses losses, Duration limit, LongSupplier nanos) {
    this.databases = databases;
    this.losses = losses;
    this.limit = limit;
    this.nanos = nanos;
  }

  /** A wait of the run that begins now. */
  Standstill of(Policy policy, Run run, Unsettled unsettled) {
    return new Standstill(
        limit,
        unmoved ->
            stopped(policy, unmoved)
                .or(() -> losses.deferredSince(run.startedAt()).map(Standstills::lost))
                .or(
                    () ->
                        unsettled.hasFollowUps()
                            ? losses.followUpsSince(run.startedAt()).map(Standstills::lost)
                            : Optional.empty()),
        nanos);
  }

  private Optional<String> stopped(Policy policy, Duration unmoved) {
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(STOPPED)
                    .bind("policy", policy.name())
                    .bind("seconds", unmoved.toMillis() / 1e3)
                    .mapTo(String.class)
                    .findOne())
        .map(
            reason ->
                ("the policy %s is stopped, because %s; mend that, as reclaim validate says, "
                        + "and run it again: what waits is carried out as soon as workers can")
                    .formatted(policy.name(), reason));
  }

  private static String lost(String reason) {
    return "some of them may be lost, because of %s; run it again: what they claimed is found again"
        .formatted(reason);
  }
}
