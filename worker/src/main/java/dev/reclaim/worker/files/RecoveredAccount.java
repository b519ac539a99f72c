package dev.reclaim.worker.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.StoreIntents.Abandoned;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account of what went for an event that never came back: an event of its own in the same
 * ledger.
 */
record RecoveredAccount(Database state, String worker) {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredAccount.class);

  /**
   * Writes it, in the transaction that closes the intents.
   *
   * @param claim tells policy, run and kind only
   * @param gone not empty
   * @param quarantined how many of them can be brought back
   * @return false where it was accounted for, which the intents' states rule out
   */
  boolean write(
      Handle handle,
      Abandoned event,
      Claim claim,
      List<Intent> gone,
      List<LabelledPart> labelled,
      long quarantined) {
    ReceivedClaim own =
        new ReceivedClaim(
            new EventIdentity(
                ClaimId.WORKER,
                "recovered/" + ClaimId.digest((event.identity() + "\n" + gone).getBytes(UTF_8)),
                Ledger.completedAt(handle).atZone(ZoneOffset.UTC).toLocalDate()),
            claim,
            "recovered");
    if (!Ledger.open(handle, own)) {
      return false;
    }
    long files = gone.size();
    CleanupOutcome outcome =
        new CleanupOutcome(
            own.identity(),
            event.policy(),
            event.run(),
            claim.kind(),
            new OutcomeCounts(files, files, 0, 0, 0, 0, 0, 0, 0, 0).quarantine(quarantined, 0, 0),
            new Reclaimed(0, files, gone.stream().mapToLong(Intent::size).sum()),
            Reclaimed.NOTHING,
            labelled,
            List.of(files + " deleted by attempts at " + event.identity() + ", which never ended"),
            Duration.ZERO,
            1,
            worker,
            Ledger.completedAt(handle));
    Ledger.close(handle, own, new Settled(state.name(), outcome, List.of()), List.of());
    LOG.warn("{} accounts for {} files of {}", own.identity(), files, event.identity());
    return true;
  }
}
