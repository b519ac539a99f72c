package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.FollowUp;
import dev.reclaim.worker.ledger.KeptKeys;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Draws up what is said of a claim from what was done. */
record RowOutcomes(String database, RowPolicy policy, LinkedFileClaims linkedFiles, String worker) {

  /**
   * What was done for one claim.
   *
   * @param keys that the positions of the account and of the rows are about
   * @param locked rows that were locked; none where they went without
   */
  record Deed(ReceivedClaim received, KeyBatch keys, List<LockedRow> locked, RowAccount account) {}

  /**
   * The outcome, with the claims about the files that go with the rows.
   *
   * @param took the claim's share of the transaction
   * @param completedAt on the database's clock
   */
  Settled settled(Deed deed, int attempt, Duration took, Instant completedAt) {
    ExpiredRecords claim = (ExpiredRecords) deed.received().claim();
    RowAccount account = deed.account();
    Set<Integer> done = new HashSet<>(account.deleted().positions());
    List<LockedRow> gone =
        deed.locked().stream().filter(row -> done.contains(row.position())).toList();
    LinkedFileClaims.Drawn drawn = linkedFiles.draw(deed.received(), claim, gone);
    CleanupOutcome outcome =
        new CleanupOutcome(
            deed.received().identity(),
            claim.policy(),
            claim.run(),
            claim.kind(),
            account.counts(policy.marks()),
            account.reclaimed(policy.marks()),
            account.children(),
            account.labelled(policy.marks(), gone),
            account.notes(drawn.unreadable()),
            took.truncatedTo(ChronoUnit.MICROS),
            attempt,
            worker,
            completedAt);
    List<FollowUp> followUps = drawn.followUps(completedAt);
    return new Settled(database, outcome, followUps);
  }

  /** The deleted keys of each, where its run asks that they be kept. */
  static List<List<List<String>>> keptKeys(Handle handle, List<Deed> deeds) {
    Map<Optional<String>, Boolean> wanted = new HashMap<>();
    return deeds.stream()
        .map(
            deed -> {
              Optional<String> run = Optional.ofNullable(deed.received().claim().run());
              return wanted.computeIfAbsent(
                      run, it -> it.isPresent() && KeptKeys.wanted(handle, it.get()))
                  ? deletedKeys(deed)
                  : List.<List<String>>of();
            })
        .toList();
  }

  private static List<List<String>> deletedKeys(Deed deed) {
    return deed.account().deleted().positions().stream()
        .sorted()
        .map(position -> deed.keys().keys().get(position))
        .toList();
  }
}
