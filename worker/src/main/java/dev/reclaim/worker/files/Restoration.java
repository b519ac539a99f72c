package dev.reclaim.worker.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.store.StoreQuarantine;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.QuarantineBooks.Part;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;

/**
 * Brings the files of a run back from the quarantine of one store, batch by batch: taken in the
 * books, moved, and then accounted for as negative, once. Killed anywhere, it is gone on with by
 * asking for the same again; two at once share the work.
 */
public final class Restoration {
  private static final int ATTEMPTS_MAX = 10;

  private static final String STANDING =
      """
      SELECT policy, labels IS NULL AS bare, count(*) AS files, sum(size) AS bytes,
             count(*) FILTER (WHERE state NOT IN ('kept', 'restoring') OR (state = 'restoring' AND source <> :restore)) AS busy
        FROM reclaim.quarantined_file
       WHERE store = :store AND run = :run AND state <> 'spare'
       GROUP BY policy, bare
       ORDER BY policy, bare
      """;

  private static final String BEGUN =
      """
      SELECT DISTINCT planned_on, source, id
        FROM reclaim.quarantined_file
       WHERE store = :store AND run = :run AND policy = :policy AND (labels IS NULL) = :bare
         AND state = 'restoring' AND source = :restore
       ORDER BY planned_on, id
      """;

  private static final String TODAY = "SELECT (now() AT TIME ZONE 'UTC')::date";

  private static final String UNSAID =
      """
      SELECT outcome::text FROM reclaim.ledger
       WHERE source = :restore AND emitted_at IS NULL AND outcome IS NOT NULL AND run = :run
      """;

  private final FileTarget target;
  private final String worker;

  Restoration(FileTarget target, String worker) {
    this.target = target;
    this.worker = worker;
  }

  /**
   * What a store's quarantine has of a run.
   *
   * @param busy files that somebody is moving or purging at this moment
   */
  public record Standing(String policy, boolean bare, long files, long bytes, long busy) {}

  /**
   * What a batch came to.
   *
   * @param newer paths that something newer has, whose files stay in quarantine
   * @param failed paths of files that stay for another reason
   * @param settled its account; none where nothing was brought back
   */
  public record Step(
      long files,
      long bytes,
      List<String> newer,
      List<String> failed,
      List<String> reasons,
      Optional<Settled> settled) {}

  /** Whether it is about the store of that name. */
  boolean isOf(String store) {
    return target.store().name().equals(store);
  }

  /** What there is to bring back, by policy. */
  public List<Standing> standing(String run) {
    return target
        .state()
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(STANDING)
                    .bind("store", target.store().name())
                    .bind("run", run)
                    .bind("restore", ClaimId.RESTORE)
                    .map(
                        (row, context) ->
                            new Standing(
                                row.getString("policy"),
                                row.getBoolean("bare"),
                                row.getLong("files"),
                                row.getLong("bytes"),
                                row.getLong("busy")))
                    .list());
  }

  /** Accounts of files of the run that were brought back and that nobody has said yet. */
  public List<Settled> unsaid(String run) {
    return target
        .state()
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(UNSAID)
                    .bind("run", run)
                    .bind("restore", ClaimId.RESTORE)
                    .mapTo(String.class)
                    .map(json -> EventCodec.decode(json.getBytes(UTF_8), CleanupOutcome.class))
                    .map(outcome -> new Settled(state().name(), outcome, List.of()))
                    .list());
  }

  /** Brings back all files of a part, and says so after each batch. */
  public void carryOut(String run, String policy, boolean bare, Consumer<Step> each) {
    Part part = new Part(run, policy, bare);
    for (EventIdentity begun : begun(part)) {
      each.accept(again(part, begun));
    }
    String after = "";
    while (true) {
      EventIdentity identity = inState(handle -> identity(handle, part));
      String last = after;
      List<KeptFile> taken =
          inState(
              handle ->
                  target
                      .quarantine()
                      .takeBack(handle, identity, part, last, StoreQuarantine.FILES_MAX));
      if (taken.isEmpty()) {
        return;
      }
      each.accept(batch(part, identity, taken));
      after = taken.stream().map(KeptFile::name).max(String::compareTo).orElseThrow();
    }
  }

  private List<EventIdentity> begun(Part part) {
    return inState(
        handle ->
            handle
                .createQuery(BEGUN)
                .bind("store", target.store().name())
                .bind("run", part.run())
                .bind("policy", part.policy())
                .bind("bare", part.bare())
                .bind("restore", ClaimId.RESTORE)
                .map(
                    (row, context) ->
                        new EventIdentity(
                            row.getString("source"),
                            row.getString("id"),
                            row.getObject("planned_on", LocalDate.class)))
                .list());
  }

  private static EventIdentity identity(Handle handle, Part part) {
    byte[] nonce = new byte[8];
    ThreadLocalRandom.current().nextBytes(nonce);
    String suffix = "/restore/" + HexFormat.of().formatHex(nonce);
    String run =
        part.run().length() + suffix.length() <= EventIdentity.LENGTH_MAX
            ? part.run()
            : ClaimId.digest(part.run().getBytes(UTF_8));
    LocalDate today = handle.createQuery(TODAY).mapTo(LocalDate.class).one();
    return new EventIdentity(ClaimId.RESTORE, run + suffix, today);
  }

  private Step again(Part part, EventIdentity identity) {
    return batch(
        part, identity, inState(handle -> target.quarantine().takeAgain(handle, identity)));
  }

  /** Another process may take the same batch up at any moment; whoever was last finishes it. */
  private Step batch(Part part, EventIdentity identity, List<KeptFile> first) {
    List<KeptFile> taken = first;
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(part, identity, taken, attempt);
      } catch (AttemptTakenException e) {
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
        taken = inState(handle -> target.quarantine().takeAgain(handle, identity));
      }
    }
  }

  private Step attempt(Part part, EventIdentity identity, List<KeptFile> taken, int attempt) {
    long started = System.nanoTime();
    PutBack back = PutBack.of(target, taken);
    Optional<Settled> settled =
        taken.isEmpty()
            ? Optional.empty()
            : inState(handle -> settle(handle, part, identity, taken, back, attempt, started));
    return new Step(
        back.back().size(),
        back.back().stream().mapToLong(KeptFile::size).sum(),
        back.newer().stream().map(KeptFile::path).toList(),
        back.failed().stream().map(KeptFile::path).toList(),
        List.copyOf(back.reasons()),
        settled);
  }

  private Optional<Settled> settle(
      Handle handle,
      Part part,
      EventIdentity identity,
      List<KeptFile> taken,
      PutBack back,
      int attempt,
      long started) {
    QuarantineBooks books = target.quarantine();
    if (!books.forget(handle, identity, back.back())
        || !books.letGo(handle, identity, back.staying())) {
      throw new AttemptTakenException(identity);
    }
    if (back.back().isEmpty()) {
      return Optional.empty();
    }
    books.release(handle, back.back());
    QuarantinedFiles claim =
        new QuarantinedFiles(
            part.policy(),
            part.run(),
            target.store().name(),
            taken.stream().map(KeptFile::name).toList());
    ReceivedClaim received =
        new ReceivedClaim(identity, claim, ClaimId.digest(EventCodec.encode(claim)));
    if (!Ledger.open(handle, received)) {
      throw new AttemptTakenException(identity);
    }
    CleanupOutcome outcome =
        new KeptAccount(received, claim, worker, attempt, started)
            .outcome(handle, counts(back), back.back(), notes(back));
    Settled settled = new Settled(state().name(), outcome, List.of());
    Ledger.close(handle, received, settled, List.of());
    return Optional.of(settled);
  }

  private static OutcomeCounts counts(PutBack back) {
    return new OutcomeCounts(0, 0, 0, back.newer().size(), 0, 0, 0, 0, 0, back.failed().size())
        .quarantine(0, 0, back.back().size());
  }

  private static List<String> notes(PutBack back) {
    List<String> notes = new ArrayList<>();
    if (!back.newer().isEmpty()) {
      notes.add(back.newer().size() + " kept in quarantine, something newer is at the path");
    }
    back.reasons().forEach(reason -> notes.add("failed: " + reason));
    return notes;
  }

  private Database state() {
    return target.state();
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return state().jdbi().inTransaction(work);
  }
}
