package dev.reclaim.worker.files;

import dev.reclaim.events.EventIdentity;

/**
 * Another worker has taken up the same event: nothing was accounted for here; trying again finds
 * its outcome.
 */
public final class AttemptTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AttemptTakenException(EventIdentity event) {
    super("another attempt at " + event + " is under way");
  }
}
