package dev.reclaim.worker.files;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.Verdicts.Verdict;
import dev.reclaim.worker.ledger.Breakdown;
import dev.reclaim.worker.ledger.KeptKeys;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one claim about files, top to bottom the steps of the package's promise.
 *
 * <p>Errors of database and store pass through as they are; the claim can be tried again, and finds
 * what was done.
 */
public final class FileCleanup {
  private final Policy policy;
  private final FileTarget target;
  private final Databases databases;
  private final String worker;
  private final Supplier<Promptness> promptnesses;
  private final FileVerification verification;

  /** With clocks of a test's own. */
  FileCleanup(
      Policy policy,
      FileTarget target,
      Databases databases,
      String worker,
      Supplier<Promptness> promptnesses) {
    this(policy, target, databases, worker, promptnesses, InstantSource.system());
  }

  FileCleanup(
      Policy policy,
      FileTarget target,
      Databases databases,
      String worker,
      Supplier<Promptness> promptnesses,
      InstantSource clock) {
    this.promptnesses = promptnesses;
    this.policy = policy;
    this.target = target;
    this.databases = databases;
    this.worker = worker;
    this.verification = new FileVerification(policy, target, clock);
  }

  /**
   * Carries the claim out, or finds that it was.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   * @throws AttemptTakenException when another worker is at the same event
   */
  public Settled carryOut(ReceivedClaim received, OrphanedFiles claim, int attempt) {
    long started = System.nanoTime();
    requireEntitled(received, claim);
    Optional<Settled> before = inState(handle -> Ledger.read(handle, state(), received));
    if (before.isPresent()) {
      return before.get();
    }
    Verdicts verdicts = new Verdicts();
    Map<String, ClaimedFile> claimed = distinct(claim);
    Map<String, StoredObject> live = target.store().stat(claimed.keySet());
    List<Intent> earlier = inState(handle -> target.intents().open(handle, received));

    Departure departure = departure(received, claim, claimed.keySet(), earlier);

    departure.recover(live, verdicts);
    Map<String, StoredObject> candidates = verification.verify(claimed, live, attempt, verdicts);
    requireNothingUnderWay(received, earlier, live, candidates.keySet());
    Promptness promptness = promptnesses.get();
    List<Intent> taken = take(received, candidates.values(), departure);
    CrashPoint.AFTER_INTENT.pass();
    promptness.require(received.identity());
    depart(candidates, taken, departure, verdicts);
    CrashPoint.BEFORE_DONE.pass();
    Settled settled =
        settle(received, claim, new Intents(earlier, taken), departure, verdicts, attempt, started);
    departure.tidy();
    return settled;
  }

  /** A move that was begun is gone on with, whatever the policy says by now. */
  private Departure departure(
      ReceivedClaim received, OrphanedFiles claim, Set<String> claimed, List<Intent> earlier) {
    Departure forGood = new Departure.ForGood(target, claimed, earlier);
    List<KeptFile> moving =
        earlier.isEmpty()
            ? List.of()
            : inState(handle -> target.quarantine().moving(handle, received));
    return policy.quarantine().isEmpty() && moving.isEmpty()
        ? forGood
        : new Quarantining(
            target, received, claim, policy.quarantine().orElse(Duration.ZERO), moving, forGood);
  }

  /**
   * A file that stays is given back only when no deletion of an earlier attempt can come to it any
   * more: nobody would account for that.
   */
  private void requireNothingUnderWay(
      ReceivedClaim received,
      List<Intent> earlier,
      Map<String, StoredObject> live,
      Set<String> going) {
    boolean stays =
        earlier.stream().anyMatch(intent -> intent.isIn(live) && !going.contains(intent.path()));
    if (stays) {
      target.state().jdbi().useHandle(handle -> target.intents().requireAtRest(handle, received));
    }
  }

  /** Another attempt may have ended since the ledger was read, and given back what is free now. */
  private List<Intent> take(
      ReceivedClaim received, Collection<StoredObject> candidates, Departure departure) {
    return inState(
        handle -> {
          List<Intent> taken = target.intents().take(handle, received, candidates);
          departure.begin(handle, taken);
          if (Ledger.read(handle, state(), received).isPresent()) {
            throw new AttemptTakenException(received.identity());
          }
          return taken;
        });
  }

  /** A follow-up is honoured only if its parent's ledger row names it. */
  private void requireEntitled(ReceivedClaim received, OrphanedFiles claim) {
    if (claim.files().stream().anyMatch(file -> file.path().startsWith(ObjectStore.OWN_PREFIX))) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY, "a path lies in Reclaim's own part of the store");
    }
    if (policy instanceof FilePolicy files) {
      if (claim.parent() != null) {
        throw new InvalidEventException(
            Refusal.OUTSIDE_POLICY, "a claim with a parent needs a policy about rows");
      }
      for (ClaimedFile file : claim.files()) {
        if (!file.path().startsWith(files.prefix())) {
          throw new InvalidEventException(
              Refusal.OUTSIDE_POLICY, "a path lies outside the policy's prefix " + files.prefix());
        }
      }
      return;
    }
    @Nullable EventIdentity parent = claim.parent();
    if (parent == null || !received.identity().source().equals(ClaimId.WORKER)) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY,
          "the policy " + policy.name() + " is about rows: its files go with them, never alone");
    }
    String id = received.identity().id();
    boolean named =
        databases
            .get(policy.database())
            .jdbi()
            .withHandle(handle -> Ledger.names(handle, parent, id, claim.run()));
    if (!named) {
      throw new InvalidEventException(
          Refusal.NOT_ENTITLED, "no ledger row of " + parent + " names this claim");
    }
  }

  private static Map<String, ClaimedFile> distinct(OrphanedFiles claim) {
    Map<String, ClaimedFile> files = new LinkedHashMap<>();
    for (ClaimedFile file : claim.files()) {
      @Nullable ClaimedFile other = files.put(file.path(), file);
      if (other != null && !other.equals(file)) {
        throw new InvalidEventException("a path stands twice with different contents");
      }
    }
    return files;
  }

  private static void depart(
      Map<String, StoredObject> candidates,
      List<Intent> taken,
      Departure departure,
      Verdicts verdicts) {
    Map<String, Intent> ours = new HashMap<>();
    taken.forEach(intent -> ours.put(intent.path(), intent));
    List<StoredObject> going = new ArrayList<>();
    for (StoredObject object : candidates.values()) {
      if (ours.containsKey(object.path())) {
        going.add(object);
      } else {
        verdicts.put(object.path(), Verdict.MISSING, "carried out by another event");
      }
    }
    if (!going.isEmpty()) {
      departure.depart(going, ours, verdicts);
    }
  }

  private Settled settle(
      ReceivedClaim received,
      OrphanedFiles claim,
      Intents intents,
      Departure departure,
      Verdicts verdicts,
      int attempt,
      long started) {
    List<String> gonePaths = new ArrayList<>(verdicts.paths(Verdict.DELETED));
    gonePaths.addAll(verdicts.paths(Verdict.DELETED_INFERRED));
    List<Intent> gone = gonePaths.stream().map(intents::spend).toList();
    boolean keep =
        databases
            .get(policy.database())
            .jdbi()
            .withHandle(handle -> KeptKeys.wanted(handle, claim.run()));
    return target
        .state()
        .jdbi()
        .inTransaction(
            handle -> {
              if (!Ledger.open(handle, received)) {
                throw new AttemptTakenException(received.identity());
              }
              boolean closed = target.intents().close(handle, received, gone);
              boolean givenBack = target.intents().giveBack(handle, received, intents.unspent());
              if (!closed || !givenBack) {
                throw new AttemptTakenException(received.identity());
              }
              departure.settle(handle, verdicts);
              OutcomeCounts counts = verdicts.counts().quarantine(departure.kept(), 0, 0);
              Settled settled =
                  new Settled(
                      state(),
                      outcome(
                          handle,
                          received,
                          claim,
                          gone,
                          counts,
                          verdicts.notes(),
                          attempt,
                          started),
                      List.of());
              Ledger.close(handle, received, settled, keep ? gonePaths : List.of());
              return settled;
            });
  }

  private CleanupOutcome outcome(
      Handle handle,
      ReceivedClaim received,
      OrphanedFiles claim,
      List<Intent> gone,
      OutcomeCounts counts,
      List<String> notes,
      int attempt,
      long started) {
    long bytes = gone.stream().mapToLong(Intent::size).sum();
    return new CleanupOutcome(
        received.identity(),
        claim.policy(),
        claim.run(),
        claim.kind(),
        counts,
        new Reclaimed(0, counts.deleted(), bytes),
        Reclaimed.NOTHING,
        labelled(claim, gone),
        notes,
        Duration.ofNanos(System.nanoTime() - started).truncatedTo(ChronoUnit.MICROS),
        attempt,
        worker,
        Ledger.completedAt(handle));
  }

  /**
   * By the labels of the rows that named the files. Whoever claims files of a file policy may say
   * labels, but nobody has checked them.
   */
  private List<LabelledPart> labelled(OrphanedFiles claim, List<Intent> gone) {
    boolean known = claim.files().stream().noneMatch(file -> file.labels().isEmpty());
    if (!known || !(policy instanceof RowPolicy)) {
      return List.of();
    }
    Map<String, Map<String, String>> labels = new HashMap<>();
    claim.files().forEach(file -> labels.put(file.path(), file.labels()));
    Breakdown breakdown = new Breakdown();
    for (Intent intent : gone) {
      breakdown.add(
          labels.getOrDefault(intent.path(), Map.of()), 1, 0, new Reclaimed(0, 1, intent.size()));
    }
    return breakdown.parts();
  }

  private String state() {
    return target.state().name();
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return target.state().jdbi().inTransaction(work);
  }
}
