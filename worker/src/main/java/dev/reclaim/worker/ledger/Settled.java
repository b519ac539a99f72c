package dev.reclaim.worker.ledger;

import dev.reclaim.events.CleanupOutcome;
import java.util.List;

/**
 * An event that was carried out and committed, now or by an earlier delivery: what remains is to
 * say so.
 *
 * @param database name of the database whose ledger holds the row
 * @param saidLongAgo whether it is known to have been said so long ago that who counts may soon
 *     have forgotten it, so that it must not be said again
 */
public record Settled(
    String database, CleanupOutcome outcome, List<FollowUp> followUps, boolean saidLongAgo) {

  /** One that is still to be said, or may be said again. */
  public Settled(String database, CleanupOutcome outcome, List<FollowUp> followUps) {
    this(database, outcome, followUps, false);
  }
}
