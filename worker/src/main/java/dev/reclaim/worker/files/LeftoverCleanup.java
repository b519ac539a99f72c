package dev.reclaim.worker.files;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.store.Deletion;
import dev.reclaim.store.Leftover;
import dev.reclaim.store.LeftoverId;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.Verdicts.Verdict;
import dev.reclaim.worker.ledger.KeptKeys;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
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
 * Carries out one claim about old versions or unfinished uploads, by the steps of the package's
 * promise. Nothing refers to these by name, so that only what they are and how long they have been
 * so is looked at: what is current, hides something, or is gone on with, is kept.
 */
public final class LeftoverCleanup {
  private static final String INFERRED = "deleted by an attempt whose answer was lost";

  private final LeftoverPolicy policy;
  private final LeftoverTarget target;
  private final Databases databases;
  private final String worker;
  private final Supplier<Promptness> promptnesses;

  LeftoverCleanup(
      LeftoverPolicy policy, LeftoverTarget target, Databases databases, String worker) {
    this(policy, target, databases, worker, Promptness::start);
  }

  /** With clocks of a test's own. */
  LeftoverCleanup(
      LeftoverPolicy policy,
      LeftoverTarget target,
      Databases databases,
      String worker,
      Supplier<Promptness> promptnesses) {
    this.promptnesses = promptnesses;
    this.policy = policy;
    this.target = target;
    this.databases = databases;
    this.worker = worker;
  }

  /**
   * Carries the claim out, or finds that it was.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   * @throws AttemptTakenException when another worker is at the same event
   */
  public Settled carryOut(ReceivedClaim received, StoreLeftovers claim, int attempt) {
    final long started = System.nanoTime();
    Map<LeftoverId, LeftoverName> claimed = claimed(claim);
    Optional<Settled> before = inState(handle -> Ledger.read(handle, state(), received));
    if (before.isPresent()) {
      return before.get();
    }
    Verdicts verdicts = new Verdicts();
    Map<LeftoverId, Leftover> seen = target.leftovers().look(claimed.keySet());
    List<Intent> earlier = inState(handle -> target.intents().open(handle, received));
    recover(claimed, seen, earlier, verdicts);
    Map<LeftoverId, Leftover> going = due(claimed, seen, verdicts);
    requireAtRest(received, earlier.stream().filter(intent -> stays(intent, seen, going)).toList());
    Promptness promptness = promptnesses.get();
    List<Intent> taken = take(received, claimed, going);
    promptness.require(received.identity());
    delete(going, taken, verdicts);
    return settle(received, claim, new Intents(earlier, taken), verdicts, attempt, started);
  }

  private static boolean stays(
      Intent intent, Map<LeftoverId, Leftover> seen, Map<LeftoverId, Leftover> going) {
    LeftoverId id = LeftoverName.of(intent);
    return seen.containsKey(id) && !going.containsKey(id);
  }

  private void requireAtRest(ReceivedClaim received, List<Intent> staying) {
    if (!staying.isEmpty()) {
      target.state().jdbi().useHandle(handle -> target.intents().requireAtRest(handle, received));
    }
  }

  /** Gives back the right to delete what is still there. */
  void abandon(ReceivedClaim received) {
    List<Intent> open = inState(handle -> target.intents().takeAgain(handle, received));
    Set<LeftoverId> there =
        target.leftovers().look(open.stream().map(LeftoverName::of).toList()).keySet();
    List<Intent> untouched =
        open.stream().filter(intent -> there.contains(LeftoverName.of(intent))).toList();
    requireAtRest(received, untouched);
    target
        .state()
        .jdbi()
        .useTransaction(handle -> target.intents().giveBack(handle, received, untouched));
  }

  private Map<LeftoverId, LeftoverName> claimed(StoreLeftovers claim) {
    Map<LeftoverId, LeftoverName> claimed = new LinkedHashMap<>();
    for (ClaimedLeftover each : claim.leftovers()) {
      LeftoverName name = LeftoverName.of(each);
      if (name.kind() != policy.kind() || !each.path().startsWith(policy.prefix())) {
        throw new InvalidEventException(
            Refusal.OUTSIDE_POLICY,
            "the policy %s is about %s below the prefix \"%s\" alone"
                .formatted(policy.name(), policy.key(), policy.prefix()));
      }
      claimed.put(name.id(), name);
    }
    return claimed;
  }

  /** What an earlier attempt had begun and is gone: it was that attempt which deleted it. */
  private static void recover(
      Map<LeftoverId, LeftoverName> claimed,
      Map<LeftoverId, Leftover> seen,
      List<Intent> earlier,
      Verdicts verdicts) {
    for (Intent intent : earlier) {
      LeftoverId id = LeftoverName.of(intent);
      if (claimed.containsKey(id) && !seen.containsKey(id)) {
        verdicts.put(LeftoverName.text(id), Verdict.DELETED_INFERRED, INFERRED);
      }
    }
  }

  private Map<LeftoverId, Leftover> due(
      Map<LeftoverId, LeftoverName> claimed, Map<LeftoverId, Leftover> seen, Verdicts verdicts) {
    Instant newest = youngestAllowed();
    Map<LeftoverId, Leftover> due = new LinkedHashMap<>();
    for (LeftoverId id : claimed.keySet()) {
      String name = LeftoverName.text(id);
      @Nullable Leftover found = seen.get(id);
      if (verdicts.has(name)) {
        continue;
      }
      if (found == null) {
        verdicts.put(name, Verdict.MISSING, "already gone");
      } else if (found.since().isEmpty()) {
        verdicts.put(name, Verdict.CHANGED, "kept, in use");
      } else if (!found.isOld(newest)) {
        verdicts.put(name, Verdict.CHANGED, "kept, younger than the policy allows");
      } else {
        due.put(id, found);
      }
    }
    return due;
  }

  /** By the clock that is further behind: a clock ahead of its time must not make things old. */
  private Instant youngestAllowed() {
    Instant database = inState(Ledger::completedAt);
    Instant here = Instant.now();
    return (database.isBefore(here) ? database : here).minus(policy.olderThan());
  }

  /** Another attempt may have ended since the ledger was read, and given back what is free now. */
  private List<Intent> take(
      ReceivedClaim received,
      Map<LeftoverId, LeftoverName> claimed,
      Map<LeftoverId, Leftover> going) {
    List<Intent> wanted = new ArrayList<>();
    claimed.forEach(
        (id, name) -> Optional.ofNullable(going.get(id)).map(name::wanted).ifPresent(wanted::add));
    return inState(
        handle -> {
          List<Intent> taken = target.intents().takeAll(handle, received, wanted);
          if (Ledger.read(handle, state(), received).isPresent()) {
            throw new AttemptTakenException(received.identity());
          }
          return taken;
        });
  }

  private void delete(Map<LeftoverId, Leftover> due, List<Intent> taken, Verdicts verdicts) {
    Set<LeftoverId> ours = new HashSet<>();
    Set<LeftoverId> again = new HashSet<>();
    for (Intent intent : taken) {
      (intent.attempt() > 1 ? again : ours).add(LeftoverName.of(intent));
    }
    List<Leftover> going = new ArrayList<>();
    for (Leftover each : due.values()) {
      if (ours.contains(each.id()) || again.contains(each.id())) {
        going.add(each);
      } else {
        verdicts.put(LeftoverName.text(each.id()), Verdict.MISSING, "carried out by another event");
      }
    }
    target
        .leftovers()
        .delete(going)
        .forEach(
            (id, deletion) -> judge(LeftoverName.text(id), deletion, again.contains(id), verdicts));
  }

  private static void judge(String name, Deletion deletion, boolean again, Verdicts verdicts) {
    switch (deletion.result()) {
      case DELETED -> verdicts.put(name, Verdict.DELETED, "");
      case MISSING ->
          verdicts.put(
              name,
              again ? Verdict.DELETED_INFERRED : Verdict.MISSING,
              again ? INFERRED : "already gone");
      case RETAINED -> verdicts.put(name, Verdict.REFUSED, "refused, " + deletion.reason());
      default -> verdicts.put(name, Verdict.FAILED, "failed: " + deletion.reason());
    }
  }

  private Settled settle(
      ReceivedClaim received,
      StoreLeftovers claim,
      Intents intents,
      Verdicts verdicts,
      int attempt,
      long started) {
    Set<String> goneNames = new HashSet<>(verdicts.paths(Verdict.DELETED));
    goneNames.addAll(verdicts.paths(Verdict.DELETED_INFERRED));
    List<Intent> gone = new ArrayList<>();
    List<Intent> stays = new ArrayList<>();
    for (Intent intent : intents.unspent()) {
      (goneNames.contains(LeftoverName.text(LeftoverName.of(intent))) ? gone : stays).add(intent);
    }
    List<ClaimedLeftover> kept = keptKeys(claim, gone);
    return inState(
        handle -> {
          if (!Ledger.open(handle, received)
              || !target.intents().close(handle, received, gone)
              || !target.intents().giveBack(handle, received, stays)) {
            throw new AttemptTakenException(received.identity());
          }
          Settled settled =
              new Settled(
                  state(),
                  outcome(handle, received, claim, gone, verdicts, attempt, started),
                  List.of());
          Ledger.close(handle, received, settled, kept);
          return settled;
        });
  }

  private List<ClaimedLeftover> keptKeys(StoreLeftovers claim, List<Intent> gone) {
    boolean wanted =
        databases
            .get(policy.database())
            .jdbi()
            .withHandle(handle -> KeptKeys.wanted(handle, claim.run()));
    return wanted
        ? gone.stream()
            .map(intent -> new LeftoverName(policy.kind(), LeftoverName.of(intent)).claimed())
            .toList()
        : List.of();
  }

  private CleanupOutcome outcome(
      Handle handle,
      ReceivedClaim received,
      StoreLeftovers claim,
      List<Intent> gone,
      Verdicts verdicts,
      int attempt,
      long started) {
    OutcomeCounts counts = verdicts.counts();
    long bytes = gone.stream().mapToLong(Intent::size).sum();
    return new CleanupOutcome(
        received.identity(),
        claim.policy(),
        claim.run(),
        claim.kind(),
        counts,
        new Reclaimed(0, counts.deleted(), bytes),
        Reclaimed.NOTHING,
        verdicts.notes(),
        Duration.ofNanos(System.nanoTime() - started).truncatedTo(ChronoUnit.MICROS),
        attempt,
        worker,
        Ledger.completedAt(handle));
  }

  private String state() {
    return target.state().name();
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return target.state().jdbi().inTransaction(work);
  }
}
