package dev.reclaim.simulation;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.simulation.FakeDatabase.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All of them, and what several look at. */
final class Invariants {
  private Invariants() {}

  static List<Invariant> all(Violations violations) {
    return List.of(
        new NothingRenewedDeleted(violations),
        new NothingProtectedDeleted(violations),
        new NothingNamedDeleted(violations),
        new NothingReplacedDeleted(violations),
        new NothingYoungDeleted(violations),
        new NoIntentOpen(violations),
        new SettledBeforeCommitted(violations),
        new LedgerIsGroundTruth(violations),
        new OneEndPerEvent(violations),
        new OutcomesAreTheLedger(violations),
        new MetricsAreTheLedger(violations),
        new NothingExpiredLeft(violations),
        new NothingImpossible(violations),
        new EverythingComesToRest(violations),
        new OneRunPerSlot(violations),
        new PositionBehindTheLog(violations),
        new NothingSkipped(violations),
        new CompleteMeansSettled(violations),
        new ReportsAreTheLedger(violations),
        new RunsComeToAnEnd(violations));
  }

  /** What the ledger says of a policy, dropped months included. */
  static Sum ledger(World world, String policy) {
    Sum sum = world.database.totals.byPolicy.getOrDefault(policy, Sum.NOTHING);
    for (Entry entry : world.database.ledger.committed.values()) {
      if (entry.policy().equals(policy)) {
        sum = sum.plus(new Sum(entry.rows(), entry.files(), entry.bytes()));
      }
    }
    return sum;
  }

  /** Policies whose events are in the ledger, or were. */
  static Set<String> policies(World world) {
    Set<String> policies =
        world.database.ledger.committed.values().stream()
            .map(Entry::policy)
            .collect(Collectors.toSet());
    policies.addAll(world.database.totals.byPolicy.keySet());
    return policies;
  }

  /** Outcomes on their topic, each event's once. */
  static Map<EventIdentity, CleanupOutcome> outcomes(World world) {
    Map<EventIdentity, CleanupOutcome> outcomes = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : world.topics.of(Topics.DEFAULT.outcomes()).all()) {
      CleanupOutcome outcome = EventCodec.decode(record.value(), CleanupOutcome.class);
      outcomes.putIfAbsent(outcome.event(), outcome);
    }
    return outcomes;
  }

  /** Whether all that was carried out is on the topic of outcomes. */
  static boolean allSaid(World world) {
    Set<EventIdentity> said =
        world.topics.of(Topics.DEFAULT.outcomes()).all().stream()
            .map(Invariants::identity)
            .collect(Collectors.toSet());
    return world.database.ledger.committed.keySet().stream()
        .map(Named::event)
        .allMatch(said::contains);
  }

  /** Whether the ledger knows that all of it was said. */
  static boolean allNoted(World world) {
    return world.database.ledger.committed.values().stream()
        .allMatch(entry -> entry.emittedAt() != null);
  }

  static EventIdentity identity(ConsumerRecord<byte[], byte[]> record) {
    return CloudEvent.fromHeaders(EventRecords.texts(record.headers())).identity();
  }
}
