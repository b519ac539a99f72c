package dev.reclaim.worker.files;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.ReferenceCheck.LeftOut;
import dev.reclaim.store.Deletion;
import dev.reclaim.store.DeletionResult;
import dev.reclaim.store.StoredObject;
import dev.reclaim.store.UnparseableReferenceException;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one claim that files have been in quarantine for long enough: what a row names again
 * is brought back, the rest is removed for good. By the state database's clock, and by the longer
 * of what the policy said when they were moved and what it says now.
 */
public final class Purge {
  private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

  /** Attempts at a look at the references; what takes longer stays until the next run. */
  private static final int LOOKS_MAX = 2;

  private final Policy policy;
  private final FileTarget target;
  private final String worker;
  private final Supplier<Promptness> promptnesses;

  Purge(Policy policy, FileTarget target, String worker) {
    this(policy, target, worker, Promptness::start);
  }

  /** With clocks of a test's own. */
  Purge(Policy policy, FileTarget target, String worker, Supplier<Promptness> promptnesses) {
    this.promptnesses = promptnesses;
    this.policy = policy;
    this.target = target;
    this.worker = worker;
  }

  /**
   * Carries the claim out, or finds that it was.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   * @throws AttemptTakenException when another worker is at the same event
   */
  public Settled carryOut(ReceivedClaim received, QuarantinedFiles claim, int attempt) {
    KeptAccount account = new KeptAccount(received, claim, worker, attempt, System.nanoTime());
    if (!received.identity().source().equals(ClaimId.PLANNER)) {
      throw new InvalidEventException(
          Refusal.NOT_ENTITLED, "nobody but the planner says that a quarantine is over");
    }
    Optional<Settled> before = inState(handle -> Ledger.read(handle, state(), received));
    if (before.isPresent()) {
      return before.get();
    }
    Set<String> names = new LinkedHashSet<>(claim.names());
    List<KeptFile> due = take(received, names);
    Looked looked = look(due, attempt);
    Promptness promptness = promptnesses.get();
    Ends ends = new Ends();
    ends.gone = (long) names.size() - due.size();
    ends.keep(looked.doubtful(), looked.why());
    bringBack(received, due, looked, ends);
    promptness.require(received.identity());
    remove(due.stream().filter(file -> ends.isOpen(file)).toList(), ends);
    return settle(received, ends, account);
  }

  /** What becomes of the files, each in one list. */
  private static final class Ends {
    private final List<KeptFile> purged = new ArrayList<>();
    private final List<KeptFile> back = new ArrayList<>();
    private final List<KeptFile> kept = new ArrayList<>();
    private final List<KeptFile> failed = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private long gone;

    void keep(List<KeptFile> files, String why) {
      kept.addAll(files);
      if (!files.isEmpty()) {
        notes.add(files.size() + " " + why);
      }
    }

    boolean isOpen(KeptFile file) {
      return Stream.of(back, kept, failed).noneMatch(files -> files.contains(file));
    }

    OutcomeCounts counts() {
      return new OutcomeCounts(0, 0, 0, kept.size(), 0, 0, 0, 0, gone, failed.size())
          .quarantine(0, purged.size(), back.size());
    }
  }

  private List<KeptFile> take(ReceivedClaim received, Set<String> names) {
    Duration period = policy.quarantine().orElse(Duration.ZERO);
    return inState(
        handle -> {
          List<KeptFile> due = target.quarantine().takeDue(handle, received, names, period);
          if (Ledger.read(handle, state(), received).isPresent()) {
            throw new AttemptTakenException(received.identity());
          }
          return due;
        });
  }

  /**
   * What a look at the references came to.
   *
   * @param named paths that a row or another store names and that nothing is at
   * @param doubtful files of which nothing is known for sure
   */
  private record Looked(Set<String> named, List<KeptFile> doubtful, String why) {}

  private Looked look(List<KeptFile> due, int attempt) {
    Set<String> paths = due.stream().map(KeptFile::path).collect(Collectors.toSet());
    if (paths.isEmpty() || (policy instanceof FilePolicy files && files.judgesByAgeAlone())) {
      return new Looked(Set.of(), List.of(), "");
    }
    Optional<LeftOut> leftOut =
        policy instanceof RowPolicy rows ? LeftOut.marked(rows) : Optional.empty();
    try {
      Set<String> named = new HashSet<>(target.references().referenced(paths, leftOut));
      if (policy instanceof FilePolicy) {
        named.addAll(target.elsewhere().kept(paths));
      }
      // Where something newer has the path, it is that which the row names.
      named.removeAll(target.store().stat(named).keySet());
      return new Looked(named, List.of(), "");
    } catch (UnparseableReferenceException e) {
      return doubt(due, "kept in quarantine, a reference cannot be understood", e);
    } catch (UnusableReferenceException e) {
      return doubt(due, "kept in quarantine, a reference does not fit its table any more", e);
    } catch (DatabaseException e) {
      if (SqlFailure.of(e) != SqlFailure.CONTENTION || attempt < LOOKS_MAX) {
        throw e;
      }
      return doubt(due, "kept in quarantine, the references could not be looked up in time", e);
    }
  }

  private Looked doubt(List<KeptFile> due, String why, RuntimeException cause) {
    LOG.warn("nothing is purged of {}: {}", target.store().name(), cause.getMessage());
    return new Looked(Set.of(), due.stream().filter(file -> !file.restoring()).toList(), why);
  }

  private void bringBack(ReceivedClaim received, List<KeptFile> due, Looked looked, Ends ends) {
    List<KeptFile> fresh =
        due.stream()
            .filter(file -> !file.restoring() && looked.named().contains(file.path()))
            .toList();
    List<String> names = fresh.stream().map(KeptFile::name).toList();
    boolean noted =
        inState(handle -> target.quarantine().toRestoring(handle, received.identity(), names));
    if (!noted) {
      throw new AttemptTakenException(received.identity());
    }
    List<KeptFile> going = new ArrayList<>(fresh);
    due.stream().filter(KeptFile::restoring).forEach(going::add);
    PutBack back = PutBack.of(target, going);
    ends.back.addAll(back.back());
    if (!back.back().isEmpty()) {
      ends.notes.add(back.back().size() + " brought back, something names it again");
    }
    ends.keep(back.newer(), "kept in quarantine, something newer is at its path");
    ends.failed.addAll(back.failed());
    back.reasons().forEach(reason -> ends.notes.add("failed: " + reason));
  }

  private void remove(List<KeptFile> files, Ends ends) {
    if (files.isEmpty()) {
      return;
    }
    List<StoredObject> kept = files.stream().map(KeptFile::inQuarantine).toList();
    Map<String, Deletion> results = target.store().quarantine().remove(kept);
    for (KeptFile file : files) {
      Deletion end = Objects.requireNonNull(results.get(file.name()));
      // What is gone is gone by us, now or by an attempt whose answer was lost.
      if (end.result() == DeletionResult.DELETED || end.result() == DeletionResult.MISSING) {
        ends.purged.add(file);
      } else {
        ends.failed.add(file);
        ends.notes.add(
            end.result() == DeletionResult.CHANGED
                ? "failed: it is not what was kept"
                : "failed: " + end.reason());
      }
    }
  }

  private Settled settle(ReceivedClaim received, Ends ends, KeptAccount account) {
    List<KeptFile> left = new ArrayList<>(ends.purged);
    left.addAll(ends.back);
    List<KeptFile> staying = new ArrayList<>(ends.kept);
    staying.addAll(ends.failed);
    return inState(
        handle -> {
          QuarantineBooks books = target.quarantine();
          if (!Ledger.open(handle, received)
              || !books.forget(handle, received.identity(), left)
              || !books.letGo(handle, received.identity(), staying)) {
            throw new AttemptTakenException(received.identity());
          }
          books.release(handle, ends.back);
          Settled settled =
              new Settled(
                  state(),
                  account.outcome(handle, ends.counts(), ends.back, List.copyOf(ends.notes)),
                  List.of());
          Ledger.close(handle, received, settled, List.of());
          return settled;
        });
  }

  private String state() {
    return target.state().name();
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return target.state().jdbi().inTransaction(work);
  }

  /** Gives back what a claim had taken that will never be carried out. */
  record Abandoned(FileTarget target) {
    void of(ReceivedClaim received) {
      target.state().jdbi().useTransaction(handle -> giveBack(handle, received));
    }

    /** What has left the quarantine stays taken: only the event, sent again, can account for it. */
    private void giveBack(Handle handle, ReceivedClaim received) {
      List<KeptFile> taken = target.quarantine().taken(handle, received.identity());
      Set<String> there =
          target.store().quarantine().stat(taken.stream().map(KeptFile::name).toList()).keySet();
      boolean unused =
          target
              .quarantine()
              .letGo(
                  handle,
                  received.identity(),
                  taken.stream().filter(file -> there.contains(file.name())).toList());
    }
  }
}
