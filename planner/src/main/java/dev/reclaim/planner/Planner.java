package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.kafka.KafkaCluster;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.store.ObjectListing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The role planner, wired: runs on demand, and on schedule where {@link Schedules} asks.
 * Thread-safe.
 */
public final class Planner implements AutoCloseable {
  private final RunLedger ledger;
  private final KafkaProducer<byte[], byte[]> producer;
  private final DeadLetterTail deadLetters;
  private final RunTurns turns;

  private Planner(
      String owner,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores,
      Duration standstill) {
    String cluster = KafkaCluster.id(kafka);
    this.ledger = new RunLedger(file, databases);
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    Clockwork clockwork = new ProcessClockwork();
    Losses losses = new Losses(kafka.topics(), databases, cluster);
    RunMeans means =
        new RunMeans(
            new Scans(file, databases, targets, stores),
            new ClaimPublisher(producer, kafka.topics()),
            ledger,
            new Standstills(databases, losses, standstill, clockwork::nanos),
            clockwork);
    this.turns = new RunTurns(new RunTurns.Planners(owner, cluster), databases, targets, means);
    this.deadLetters =
        new DeadLetterTail(kafka, new DeadLetterNotes(kafka.topics(), file, databases, losses));
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
    return turns.run(policy, request, progress);
  }

  /**
   * Hears every key and path that a run deleted or marked, a JSON line each, where its request
   * asked to keep them.
   */
  public void deletedKeys(RunResult run, Consumer<String> sink) {
    ledger.accounts().deletedKeys(run.run(), run.policy(), sink);
  }

  @Override
  public void close() {
    deadLetters.close();
    producer.close();
  }
}
