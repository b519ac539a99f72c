package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.kafka.KafkaCluster;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.store.ObjectListing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The role planner, wired: runs on demand, and on schedule where {@link Schedules} asks.
 * Thread-safe.
 */
public final class Planner implements AutoCloseable {
  private static final long BUSY_POLL_MS = 500;

  private final Databases databases;
  private final Scans scans;
  private final RunLedger ledger;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ClaimPublisher publisher;
  private final DeadLetterTail deadLetters;
  private final VacuumAfter vacuum;
  private final RunSpace space;
  private final Standstills standstills;
  private final String owner;
  private final String cluster;

  /** Policies that a thread of ours is at: a lease tells processes apart, not threads. */
  private final Set<String> atWork = ConcurrentHashMap.newKeySet();

  private Planner(
      String owner,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores,
      Duration standstill) {
    this.owner = owner;
    this.cluster = KafkaCluster.id(kafka);
    this.databases = databases;
    this.scans = new Scans(file, databases, targets, stores);
    this.ledger = new RunLedger(file, databases);
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    this.publisher = new ClaimPublisher(producer, kafka.topics());
    this.vacuum = new VacuumAfter(databases, targets);
    this.space = new RunSpace(databases, targets);
    Losses losses = new Losses(kafka.topics(), databases, cluster);
    this.standstills = new Standstills(databases, losses, standstill);
    this.deadLetters = new DeadLetterTail(kafka, file, databases, losses);
  }

  /**
   * Starts a planner that waits to be asked; databases and stores stay the caller's to close, after
   * it.
   *
   * @param owner who it is, unlike every other process that is alive
   * @param targets row policies held against their tables
   * @param stores open stores by name
   */
  public static Planner start(
      String owner,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores) {
    return start(owner, kafka, file, databases, targets, stores, Standstill.LIMIT);
  }

  /** Likewise, with another limit than {@link Standstill#LIMIT}. */
  static Planner start(
      String owner,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores,
      Duration standstill) {
    Planner planner = new Planner(owner, kafka, file, databases, targets, stores, standstill);
    planner.deadLetters.start();
    return planner;
  }

  /**
   * Carries out a run of the policy to its end. An unfinished run of the policy is gone on with
   * first, in place of a new one; while another process holds it, this waits.
   *
   * @return empty when the request's slot was carried out before
   * @throws UserException when the run must not go on
   */
  public Optional<RunResult> run(Policy policy, RunRequest request, RunProgress progress)
      throws InterruptedException {
    Runs runs = new Runs(databases.get(policy.database()), owner, cluster);
    while (true) {
      if (atWork.add(policy.name())) {
        try {
          Runs.Grant grant = runs.acquire(policy, request);
          if (grant instanceof Runs.Grant.Held held) {
            return Optional.of(carryOut(held.run(), policy, request, runs, progress));
          } else if (grant instanceof Runs.Grant.Done) {
            return Optional.empty();
          }
        } finally {
          atWork.remove(policy.name());
        }
      }
      progress.moved(policy.name(), Phase.WAITING, 0, 0, Optional.empty());
      TimeUnit.MILLISECONDS.sleep(BUSY_POLL_MS);
    }
  }

  /**
   * Hears every key and path that a run deleted or marked, a JSON line each, where its request
   * asked to keep them.
   */
  public void deletedKeys(RunResult run, Consumer<String> sink) {
    ledger.accounts().deletedKeys(run.run(), run.policy(), sink);
  }

  private RunResult carryOut(
      Run run, Policy policy, RunRequest request, Runs runs, RunProgress progress)
      throws InterruptedException {
    LeaseKeeper lease = LeaseKeeper.start(runs, run);
    try {
      space.calibrate(run);
      RunResult ended =
          new PolicyRun(policy, request, scans, runs, publisher, ledger, progress, standstills)
              .carryOut(run);
      return vacuum.after(policy, space.estimate(ended));
    } finally {
      lease.close();
    }
  }

  @Override
  public void close() {
    deadLetters.close();
    producer.close();
  }
}
