package dev.reclaim.worker.files;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Breakdown;
import dev.reclaim.worker.ledger.Ledger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What is said of files that have left a quarantine, or stay there. */
record KeptAccount(
    ReceivedClaim received, QuarantinedFiles claim, String worker, int attempt, long started) {

  /**
   * An outcome.
   *
   * @param back files at their paths again, which were counted when they went
   */
  CleanupOutcome outcome(
      Handle handle, OutcomeCounts counts, List<KeptFile> back, List<String> notes) {
    long bytes = back.stream().mapToLong(KeptFile::size).sum();
    return new CleanupOutcome(
        received.identity(),
        claim.policy(),
        claim.run(),
        claim.kind(),
        counts,
        new Reclaimed(0, back.size(), bytes).negated(),
        Reclaimed.NOTHING,
        labelled(back),
        notes,
        Duration.ofNanos(System.nanoTime() - started).truncatedTo(ChronoUnit.MICROS),
        attempt,
        worker,
        Ledger.completedAt(handle));
  }

  private static List<LabelledPart> labelled(List<KeptFile> back) {
    if (back.stream().anyMatch(file -> file.labels().isEmpty())) {
      return List.of();
    }
    Breakdown breakdown = new Breakdown();
    back.forEach(
        file -> breakdown.add(file.labels(), 0, 0, new Reclaimed(0, 1, file.size()).negated()));
    return breakdown.parts();
  }
}
