package dev.reclaim.worker.partitions;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.partitions.Missed;
import dev.reclaim.partitions.PartitionSize;
import dev.reclaim.partitions.WholePartition;
import dev.reclaim.partitions.WholePartitions;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.KeptKeys;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one claim about a whole partition, top to bottom the steps of the package's promise.
 *
 * <p>Errors that say nothing about the partition pass through as they are; the claim can be tried
 * again, and goes on from where it was.
 */
public final class PartitionCleanup {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionCleanup.class);

  /** Another worker at the same partition counts it, which may take a while. */
  private static final long TURN_WAIT_MS_MAX = 2_000;

  /** What is in use after as many tries belongs to the run's next pass. */
  private static final int TRIES_MAX = 5;

  private static final long BACKOFF_FIRST_MS = 100;

  /** Nobody comes to a table that is detached; an autovacuum makes way after a second. */
  private static final String DROP_LIMITS =
      """
      SET LOCAL lock_timeout = '1500ms';
      SET LOCAL statement_timeout = '100s';
      SET LOCAL synchronous_commit = on;
      SET LOCAL jit = off
      """;

  private final Database database;
  private final RowTarget target;
  private final WholePartitions partitions;
  private final String worker;

  public PartitionCleanup(Database database, RowTarget target, String worker) {
    this.database = database;
    this.target = target;
    this.partitions = new WholePartitions(target);
    this.worker = worker;
  }

  /** One delivery of one claim, in one session. */
  private record Delivery(
      Handle handle,
      ReceivedClaim received,
      ExpiredPartition claim,
      int attempt,
      long startedNanos) {}

  /**
   * Carries the claim out, or finds that it was.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   */
  public Settled carryOut(ReceivedClaim received, ExpiredPartition claim, int attempt) {
    requireOwnTable(claim);
    try (Handle handle = database.jdbi().open()) {
      Delivery delivery = new Delivery(handle, received, claim, attempt, System.nanoTime());
      return Turn.at(handle, claim.partition(), TURN_WAIT_MS_MAX, () -> carryOut(delivery));
    }
  }

  private void requireOwnTable(ExpiredPartition claim) {
    String own =
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT format('%I.%I', :schema, :table)")
                        .bind("schema", target.policy().table().schema())
                        .bind("table", target.policy().table().table())
                        .mapTo(String.class)
                        .one());
    if (!own.equals(claim.table())) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY,
          "the policy %s is about %s, not about the table that is claimed"
              .formatted(target.policy().name(), target.policy().table()));
    }
  }

  private Settled carryOut(Delivery delivery) {
    Handle handle = delivery.handle();
    Optional<Settled> before = Ledger.read(handle, database.name(), delivery.received());
    if (before.isPresent()) {
      return before.get();
    }
    Optional<Intent> open = PartitionIntents.open(handle, delivery.claim().partition());
    if (open.isPresent()) {
      return open.get().partition().parentName().equals(delivery.claim().table())
          ? goOn(delivery, PartitionIntents.takeOver(handle, delivery.received(), open.get()))
          : settle(delivery, Optional.empty(), unproven(delivery));
    }
    Optional<WholePartition> due = due(delivery);
    return due.isPresent()
        ? goOn(delivery, PartitionIntents.take(handle, delivery.received(), due.get()))
        : settle(delivery, Optional.empty(), unproven(delivery));
  }

  /** The claimed partition, if the catalog says the same of it and proves it expired. */
  private Optional<WholePartition> due(Delivery delivery) {
    ExpiredPartition claim = delivery.claim();
    return partitions
        .due(delivery.handle(), claim.partition(), claim.cutoff())
        .filter(it -> it.from().equals(claim.from()) && it.to().equals(claim.to()));
  }

  private static Verdict unproven(Delivery delivery) {
    String name = delivery.claim().partition();
    boolean there =
        delivery
            .handle()
            .createQuery(
                "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE format('%I.%I', n.nspname, c.relname) = :name)")
            .bind("name", name)
            .mapTo(Boolean.class)
            .one();
    return there
        ? Verdict.changed(name, "its bounds do not prove that the policy lets it go whole")
        : Verdict.missing(name);
  }

  /** Tries until it is done or has been in the way of others often enough. */
  private Settled goOn(Delivery delivery, Intent intent) {
    long backoffMs = BACKOFF_FIRST_MS;
    for (int tries = 1; ; tries++) {
      try {
        return step(delivery, intent);
      } catch (RuntimeException failure) {
        if (!Refusals.isContention(failure)) {
          Optional<String> refused = Refusals.reason(failure);
          if (refused.isEmpty()) {
            throw failure;
          }
          return giveBack(delivery, intent, Verdict.refused(intent.name(), refused.get()));
        }
        if (tries == TRIES_MAX) {
          LOG.info("{} is in use: {}", intent.name(), failure.getMessage());
          Standing standing = Standing.of(delivery.handle(), intent.partition());
          return settle(delivery, Optional.of(intent), Verdict.locked(intent.name(), standing));
        }
      }
      Turn.pause(backoffMs);
      backoffMs *= 2;
    }
  }

  private Settled step(Delivery delivery, Intent intent) {
    WholePartition partition = intent.partition();
    switch (Standing.of(delivery.handle(), partition)) {
      case ATTACHED -> {
        if (due(delivery).filter(partition::equals).isEmpty()) {
          return settle(delivery, Optional.of(intent), unproven(delivery));
        }
        Detachment.detach(delivery.handle(), partition);
      }
      case DETACHING -> Detachment.detach(delivery.handle(), partition);
      case DETACHED -> {
        // An earlier attempt got so far.
      }
      case SOMEBODY_ELSES -> {
        return settle(
            delivery,
            Optional.of(intent),
            Verdict.changed(intent.name(), "somebody has renamed it or attached it elsewhere"));
      }
      case GONE -> {
        return settle(delivery, Optional.of(intent), Verdict.missing(intent.name()));
      }
    }
    Optional<Settled> dropped = drop(delivery, intent);
    return dropped.isPresent()
        ? dropped.get()
        : giveBack(
            delivery,
            intent,
            Verdict.changed(
                intent.name(), "it holds what the policy does not let go, or is missed"));
  }

  /**
   * Counts and drops what is detached, and says so in the ledger, in one transaction; empty where
   * it must not be dropped. Writers are kept out while it is counted, and no row of ours is written
   * before, so that the count holds nobody's vacuum back.
   */
  private Optional<Settled> drop(Delivery delivery, Intent intent) {
    WholePartition partition = intent.partition();
    return delivery
        .handle()
        .inTransaction(
            handle -> {
              Detachment.execute(handle, DROP_LIMITS);
              Detachment.execute(handle, "LOCK TABLE ONLY " + partition.name() + " IN SHARE MODE");
              if (Standing.of(handle, partition) != Standing.DETACHED
                  || !Missed.byNobody(handle, partition.relation())
                  || !partitions.isProven(
                      handle, partition.from(), partition.to(), delivery.claim().cutoff())) {
                return Optional.empty();
              }
              PartitionSize size =
                  PartitionSize.of(
                      handle,
                      partition.relation(),
                      partition.name(),
                      partitions.key(),
                      partition.from(),
                      partition.to());
              if (!size.within()) {
                return Optional.empty();
              }
              Detachment.drop(handle, partition);
              return Optional.of(
                  write(delivery, handle, Optional.of(intent), Verdict.dropped(size)));
            });
  }

  /** Puts back what has been detached; where that cannot be, says so as loudly as it gets. */
  private Settled giveBack(Delivery delivery, Intent intent, Verdict verdict) {
    WholePartition partition = intent.partition();
    try {
      if (Standing.of(delivery.handle(), partition) == Standing.DETACHING) {
        Detachment.detach(delivery.handle(), partition);
      }
      if (Standing.of(delivery.handle(), partition) == Standing.DETACHED) {
        Detachment.attach(delivery.handle(), partition);
      }
    } catch (RuntimeException failure) {
      if (Refusals.isContention(failure)) {
        Standing standing = Standing.of(delivery.handle(), partition);
        return settle(delivery, Optional.of(intent), Verdict.locked(intent.name(), standing));
      }
      Optional<String> refused = Refusals.reason(failure);
      if (refused.isEmpty()) {
        throw failure;
      }
      return settle(delivery, Optional.of(intent), stranded(partition, refused.get()));
    }
    return settle(delivery, Optional.of(intent), verdict);
  }

  private static Verdict stranded(WholePartition partition, String why) {
    String note =
        "%s is detached, holds what must not go and cannot be attached again, %s: see to it and ALTER TABLE %s ATTACH PARTITION %s %s"
            .formatted(
                partition.name(), why, partition.parentName(), partition.name(), partition.bound());
    LOG.error("{}", note);
    return Verdict.stranded(note);
  }

  private Settled settle(Delivery delivery, Optional<Intent> intent, Verdict verdict) {
    return delivery.handle().inTransaction(handle -> write(delivery, handle, intent, verdict));
  }

  private Settled write(
      Delivery delivery, Handle handle, Optional<Intent> intent, Verdict verdict) {
    ReceivedClaim received = delivery.received();
    if (!Ledger.open(handle, received)) {
      throw new IllegalStateException("settled without its turn: " + received.identity());
    }
    intent.ifPresent(
        it -> verdict.end().ifPresent(end -> PartitionIntents.close(handle, received, it, end)));
    Settled settled = new Settled(database.name(), outcome(delivery, handle, verdict), List.of());
    boolean keep =
        verdict.end().equals(Optional.of(Intent.End.DONE))
            && KeptKeys.wanted(handle, delivery.claim().run());
    Ledger.close(
        handle, received, settled, keep ? List.of(delivery.claim().partition()) : List.of());
    return settled;
  }

  private CleanupOutcome outcome(Delivery delivery, Handle handle, Verdict verdict) {
    ExpiredPartition claim = delivery.claim();
    return new CleanupOutcome(
        delivery.received().identity(),
        claim.policy(),
        claim.run(),
        claim.kind(),
        verdict.counts(),
        verdict.reclaimed(),
        Reclaimed.NOTHING,
        verdict.notes(),
        Duration.ofNanos(System.nanoTime() - delivery.startedNanos())
            .truncatedTo(ChronoUnit.MICROS),
        delivery.attempt(),
        worker,
        Ledger.completedAt(handle));
  }
}
