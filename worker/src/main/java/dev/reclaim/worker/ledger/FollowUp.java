package dev.reclaim.worker.ledger;

import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.OrphanedFiles;

/**
 * A claim about the files of deleted rows. It stands in the ledger row of its parent before it is
 * sent, and is honoured only for that.
 */
public record FollowUp(CloudEvent event, OrphanedFiles claim) {}
