package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.LinkedPaths;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.pace.Pace;
import dev.reclaim.worker.pace.Paces;
import dev.reclaim.worker.pace.Patience;
import dev.reclaim.worker.pace.Turn;
import dev.reclaim.worker.rows.LinkedFileClaims;
import dev.reclaim.worker.rows.RowCleanup;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings a claim to the policy that it appeals to and has it carried out there. Thread-safe. */
final class ClaimProcessor {
  private final PolicyFile file;
  private final Databases databases;
  private final Map<String, RowCleanup> rows = new HashMap<>();
  private final FileCleanups files;
  private final Backends backends;
  private final Paces paces;
  private final Entitlement entitlement = new Entitlement();

  ClaimProcessor(
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      FileCleanups files,
      Backends backends,
      Paces paces,
      String worker) {
    this.file = file;
    this.databases = databases;
    this.files = files;
    this.backends = backends;
    this.paces = paces;
    LinkedPaths paths = new LinkedPaths(file);
    targets.forEach(
        (name, target) -> {
          RowPolicy policy = target.policy();
          LinkedFileClaims linked = new LinkedFileClaims(policy, paths::path);
          rows.put(name, new RowCleanup(databases.get(policy.database()), target, linked, worker));
        });
  }

  /**
   * Carries a claim out.
   *
   * @throws InvalidEventException when it never can be
   */
  Settled process(ReceivedClaim received, int attempt, Patience patience)
      throws InterruptedException {
    Policy policy =
        file.policy(received.claim().policy())
            .orElseThrow(
                () ->
                    new InvalidEventException(
                        Refusal.UNKNOWN_POLICY,
                        "unknown policy "
                            + received.claim().policy()
                            + ": this worker's file has none of that name"));
    requireEntitled(received, policy);
    if (received.claim() instanceof ExpiredRecords claim) {
      return rows(policy, received, claim, attempt, patience);
    }
    return files(policy, received, (OrphanedFiles) received.claim(), attempt);
  }

  private void requireEntitled(ReceivedClaim received, Policy policy) {
    Database home = databases.get(policy.database());
    backends.run(Backends.database(home.name()), () -> entitlement.require(received, policy, home));
  }

  /** Takes back what attempts had begun, before the claim is laid aside for good. */
  void abandon(ReceivedClaim received) {
    if (received.claim() instanceof OrphanedFiles claim
        && file.stores().containsKey(claim.store())) {
      backends.run(Backends.store(claim.store()), () -> files.abandon(received, claim));
    }
  }

  private Settled rows(
      Policy policy, ReceivedClaim received, ExpiredRecords claim, int attempt, Patience patience)
      throws InterruptedException {
    @Nullable RowCleanup cleanup = rows.get(policy.name());
    if (cleanup == null) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY,
          "the policy " + policy.name() + " is about files, the claim about rows");
    }
    Database database = databases.get(policy.database());
    Pace pace = paces.of(database.name());
    try (Turn turn = pace.enter((RowPolicy) policy, patience).orElseThrow(GivenUp::new)) {
      Settled settled =
          backends.call(
              Backends.database(database.name()),
              () -> {
                requireKnownDay(database, received);
                return cleanup.carryOut(received, claim, attempt);
              });
      CleanupOutcome outcome = settled.outcome();
      turn.done(outcome.reclaimed().rows() + outcome.counts().marked(), outcome.duration());
      return settled;
    }
  }

  /** Waiting for a turn was over for good. */
  static final class GivenUp extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    GivenUp() {
      super("no turn was to be had");
    }
  }

  private Settled files(Policy policy, ReceivedClaim received, OrphanedFiles claim, int attempt) {
    var cleanup = files.of(policy, claim);
    Database state = databases.get(file.store(claim.store()).state());
    return backends.call(
        Backends.store(claim.store()),
        () -> {
          requireKnownDay(state, received);
          return cleanup.carryOut(received, claim, attempt);
        });
  }

  /**
   * Below the floor the ledger may have forgotten the event; beyond tomorrow its clock is wrong.
   */
  private static void requireKnownDay(Database database, ReceivedClaim received) {
    Ledger.Bounds bounds = database.jdbi().withHandle(Ledger::bounds);
    LocalDate day = received.identity().plannedOn();
    if (day.isBefore(bounds.floor())) {
      throw new InvalidEventException(
          Refusal.TOO_OLD,
          "too old: planned on " + day + ", the ledger begins on " + bounds.floor());
    }
    if (day.isAfter(bounds.ceiling())) {
      throw new InvalidEventException(
          Refusal.FROM_THE_FUTURE,
          "from the future: planned on " + day + ", later than tomorrow on the database's clock");
    }
  }

  static ClaimKind kind(Topics topics, String topic) {
    for (ClaimKind kind : ClaimKind.values()) {
      if (topics.of(kind).equals(topic)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no work topic: " + topic);
  }
}
