package dev.reclaim.worker.ledger;

import dev.reclaim.events.CleanupOutcome;
import java.util.List;

/**
 * An event that was carried out and committed, now or by an earlier delivery: what remains is to
 * say so.
 *
 * @param database name of the database whose ledger holds the row
 */
public record Settled(String database, CleanupOutcome outcome, List<FollowUp> followUps) {}
