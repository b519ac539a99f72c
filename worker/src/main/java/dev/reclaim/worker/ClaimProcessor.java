package dev.reclaim.worker;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.events.Topics;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.LinkedPaths;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.pace.Pace;
import dev.reclaim.worker.pace.Paces;
import dev.reclaim.worker.pace.Patience;
import dev.reclaim.worker.pace.Turn;
import dev.reclaim.worker.partitions.PartitionCleanup;
import dev.reclaim.worker.rows.GoneFiles;
import dev.reclaim.worker.rows.LinkedFileClaims;
import dev.reclaim.worker.rows.RowCleanup;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a claim to the policy that it appeals to and has it carried out there. Thread-safe. */
final class ClaimProcessor {
  /** How long a thread waits where nothing may be deleted. */
  private static final Duration STOPPED_MAX = Duration.ofSeconds(1);

  private final PolicyFile file;
  private final Databases databases;
  private final Map<String, RowCleanup> rows = new HashMap<>();
  private final Map<String, PartitionCleanup> partitions = new HashMap<>();
  private final FileCleanups files;
  private final LeftoverCleanups leftovers;
  private final Backends backends;
  private final Absences absences;
  private final Paces paces;
  private final Entitlement entitlement = new Entitlement();

  ClaimProcessor(
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      FileCleanups files,
      LeftoverCleanups leftovers,
      Backends backends,
      Paces paces,
      String worker) {
    this.file = file;
    this.databases = databases;
    this.files = files;
    this.absences = backends.absences();
    this.backends = backends;
    this.leftovers = leftovers;
    this.paces = paces;
    LinkedPaths paths = new LinkedPaths(file);
    targets.forEach(
        (name, target) -> {
          RowPolicy policy = target.policy();
          rows.put(name, rows(target, paths, worker));
          partitions.put(
              name, new PartitionCleanup(databases.get(policy.database()), target, worker));
        });
  }

  private RowCleanup rows(RowTarget target, LinkedPaths paths, String worker) {
    RowPolicy policy = target.policy();
    return new RowCleanup(
        databases.get(policy.database()),
        target,
        new LinkedFileClaims(policy, paths::path),
        worker,
        policy.expiry().dangling()
            ? Optional.of(new GoneFiles(new NamedFiles(file, target), this::there))
            : Optional.empty());
  }

  private Set<String> there(String store, Set<String> paths) {
    return backends.call(Backends.store(store), () -> files.there(store, paths));
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
    if (received.claim() instanceof ExpiredPartition claim) {
      return partition(policy, received, claim, attempt, patience);
    }
    if (received.claim() instanceof StoreLeftovers claim) {
      return leftovers(policy, received, claim, attempt);
    }
    if (received.claim() instanceof QuarantinedFiles claim) {
      return purge(policy, received, claim, attempt);
    }
    return files(policy, received, (OrphanedFiles) received.claim(), attempt);
  }

  /**
   * What became of the first of several claims.
   *
   * @param claims how many of them it is about
   * @param settled of each; empty when each has to be processed by itself, which also finds out why
   */
  record Shared(int claims, Optional<List<Settled>> settled) {}

  /**
   * Carries claims about rows of one policy out in one transaction, as {@link RowCleanup} says: as
   * many of them, from the first, as one may take now.
   *
   * @throws GivenUpException when waiting for a turn was over for good
   */
  Shared process(List<ReceivedClaim> claims, Patience patience) throws InterruptedException {
    Policy policy = file.policy(claims.get(0).claim().policy()).orElse(null);
    @Nullable RowCleanup cleanup = policy == null ? null : rows.get(policy.name());
    if (policy == null || cleanup == null) {
      return new Shared(claims.size(), Optional.empty());
    }
    try {
      claims.forEach(claim -> requireEntitled(claim, policy));
    } catch (InvalidEventException e) {
      return new Shared(claims.size(), Optional.empty());
    }
    try (Turn turn = turn(policy, patience)) {
      List<ReceivedClaim> first = first(claims, turn.rowsMax());
      Optional<RowCleanup.Carried> carried =
          backends.call(Backends.database(policy.database()), () -> cleanup.carryOut(first, 1));
      CrashPoint.AFTER_COMMIT.pass();
      carried.ifPresent(it -> turn.done(it.rows(), it.took()));
      return new Shared(first.size(), carried.map(RowCleanup.Carried::settled));
    }
  }

  /** The first of them that have no more keys together; the very first in any case. */
  private static List<ReceivedClaim> first(List<ReceivedClaim> claims, int keysMax) {
    int keys = 0;
    int taken = 0;
    for (ReceivedClaim claim : claims) {
      keys += ((ExpiredRecords) claim.claim()).keys().size();
      if (taken > 0 && keys > Math.min(keysMax, RowCleanup.KEYS_MAX)) {
        break;
      }
      taken++;
    }
    return claims.subList(0, taken);
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
    } else if (received.claim() instanceof StoreLeftovers claim
        && file.stores().containsKey(claim.store())) {
      backends.run(Backends.store(claim.store()), () -> leftovers.abandon(received, claim));
    } else if (received.claim() instanceof QuarantinedFiles claim
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
    try (Turn turn = turn(policy, patience)) {
      RowCleanup.Carried carried =
          backends.call(
              Backends.database(database.name()),
              () -> {
                requireKnownDay(database, received);
                return cleanup.carryOut(received, claim, attempt);
              });
      CrashPoint.AFTER_COMMIT.pass();
      turn.done(carried.rows(), carried.took());
      return carried.settled().get(0);
    }
  }

  /** Waits for other transactions, but not for what may last: a window that is closed. */
  private Turn turn(Policy policy, Patience patience) throws InterruptedException {
    Pace pace = paces.of(policy.database());
    RowPolicy rows = (RowPolicy) policy;
    String what = Backends.pace(policy.database());
    PacePatience until =
        new PacePatience(
            patience,
            () -> pace.stopped(rows),
            absences.length(what).isZero() ? STOPPED_MAX : Duration.ZERO);
    Optional<Turn> turn = until.isOver() ? Optional.empty() : pace.enter(rows, until);
    if (turn.isPresent()) {
      absences.back(what);
      return turn.get();
    }
    String reason = until.reason().orElseThrow(GivenUpException::new);
    absences.away(what, reason);
    throw AwayException.forNow(what, reason, null);
  }

  /** The backend that a claim cannot do without. */
  String backend(ReceivedClaim received) {
    Optional<String> store = store(received.claim());
    if (store.isPresent()) {
      return store.filter(file.stores()::containsKey).map(Backends::store).orElse("");
    }
    return file.policy(received.claim().policy())
        .map(policy -> Backends.database(policy.database()))
        .orElse("");
  }

  /** The store that a claim is about, whether the file has it or not; empty for rows. */
  private static Optional<String> store(Claim claim) {
    return switch (claim.kind()) {
      case ORPHANED_FILES -> Optional.of(((OrphanedFiles) claim).store());
      case STORE_LEFTOVERS -> Optional.of(((StoreLeftovers) claim).store());
      case QUARANTINED_FILES -> Optional.of(((QuarantinedFiles) claim).store());
      case EXPIRED_RECORDS, EXPIRED_PARTITION -> Optional.empty();
    };
  }

  /** Waiting for a turn was over for good. */
  static final class GivenUpException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    GivenUpException() {
      super("no turn was to be had");
    }
  }

  /** Waits for its turn like any other, but is counted for nothing: it goes without its rows. */
  private Settled partition(
      Policy policy, ReceivedClaim received, ExpiredPartition claim, int attempt, Patience patience)
      throws InterruptedException {
    @Nullable PartitionCleanup cleanup = partitions.get(policy.name());
    if (cleanup == null) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY,
          "the policy " + policy.name() + " is about files, the claim about a partition of rows");
    }
    Database database = databases.get(policy.database());
    try (Turn unused = turn(policy, patience)) {
      return backends.call(
          Backends.database(database.name()),
          () -> {
            requireKnownDay(database, received);
            return cleanup.carryOut(received, claim, attempt);
          });
    }
  }

  private Settled files(Policy policy, ReceivedClaim received, OrphanedFiles claim, int attempt) {
    var cleanup = files.of(policy, claim);
    Database state = databases.get(file.store(claim.store()).state());
    requireNotHeld(policy.database());
    requireNotHeld(state.name());
    return backends.call(
        Backends.store(claim.store()),
        () -> {
          requireKnownDay(state, received);
          return cleanup.carryOut(received, claim, attempt);
        });
  }

  /** Files wait for no turn, but for clocks they do. */
  private void requireNotHeld(String database) {
    Optional<String> held = paces.of(database).held();
    if (held.isPresent()) {
      String what = Backends.clocks(database);
      absences.away(what, held.get());
      throw AwayException.forNow(what, held.get(), null);
    }
    absences.back(Backends.clocks(database));
  }

  private Settled leftovers(
      Policy policy, ReceivedClaim received, StoreLeftovers claim, int attempt) {
    var cleanup = leftovers.of(policy, claim);
    Database state = databases.get(file.store(claim.store()).state());
    requireNotHeld(state.name());
    return backends.call(
        Backends.store(claim.store()),
        () -> {
          requireKnownDay(state, received);
          return cleanup.carryOut(received, claim, attempt);
        });
  }

  private Settled purge(
      Policy policy, ReceivedClaim received, QuarantinedFiles claim, int attempt) {
    var purge = files.purge(policy, claim);
    Database state = databases.get(file.store(claim.store()).state());
    requireNotHeld(policy.database());
    requireNotHeld(state.name());
    return backends.call(
        Backends.store(claim.store()),
        () -> {
          requireKnownDay(state, received);
          return purge.carryOut(received, claim, attempt);
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
    if (!bounds.include(day)) {
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
