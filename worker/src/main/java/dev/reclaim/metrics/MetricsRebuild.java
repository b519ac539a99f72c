package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Makes the accounts of policies anew from the ledgers and their totals, while the metrics job
 * runs: it alone changes its state, told what to by records on {@code metrics-rebuild}.
 *
 * <p>The job first forgets the policy, and only when it has is the ledger read; what comes
 * meanwhile counts once, here or on its own topic. Killed halfway it leaves accounts that are too
 * small, until it is done again. For one thread, and once.
 */
public final class MetricsRebuild {
  /** What is older is late for the stream and so summed; a day more than needed. */
  private static final Duration SINGLY = MetricsJob.RETENTION.plusDays(1);

  private static final String TOTALS =
      """
      SELECT * FROM reclaim.ledger_totals WHERE policy = ANY (:policies)
      UNION ALL
      SELECT * FROM reclaim.ledger_sums('-infinity', 'infinity', :boundary) WHERE policy = ANY (:policies)
      """;

  private static final String OUTCOMES =
      """
      SELECT outcome::text AS outcome FROM reclaim.ledger
       WHERE completed_at >= :boundary AND policy = ANY (:policies)
      """;

  private static final int FETCH_ROWS = 2_000;

  private final KafkaSettings kafka;
  private final Collection<Database> databases;
  private final Set<String> policies;
  private final String id = UUID.randomUUID().toString();
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private long steps;

  /**
   * Has done nothing yet.
   *
   * @param databases all whose ledgers may hold entries of the policies
   */
  public MetricsRebuild(KafkaSettings kafka, Collection<Database> databases, Set<String> policies) {
    this.kafka = kafka;
    this.databases = databases;
    this.policies = policies;
  }

  /**
   * Does it, and returns when the job has taken in all of it.
   *
   * @return how many sums and outcomes that was
   * @throws UserException when no job runs, or it does not get on
   */
  public long carryOut() throws InterruptedException {
    try (JobProgress job = new JobProgress(kafka);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      job.requireRunning();
      job.awaitRead(kafka.topics().outcomes());
      policies.forEach(policy -> send(producer, RebuildStep.begin(id, policy), Instant.now()));
      flush(producer);
      job.awaitRead(kafka.topics().metricsRebuild());
      for (Database database : databases) {
        send(database, producer);
      }
      flush(producer);
      job.awaitRead(kafka.topics().metricsRebuild());
    }
    return steps;
  }

  /** As of one moment: retention may turn entries into totals at any time. */
  private void send(Database database, KafkaProducer<byte[], byte[]> producer) {
    database
        .jdbi()
        .useTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle -> {
              Instant boundary =
                  handle.createQuery("SELECT now()").mapTo(Instant.class).one().minus(SINGLY);
              handle
                  .createQuery(TOTALS)
                  .bindArray("policies", String.class, policies.toArray())
                  .bind("boundary", boundary)
                  .setFetchSize(FETCH_ROWS)
                  .map((row, context) -> LedgerTotal.of(row))
                  .forEach(total -> send(producer, RebuildStep.of(id, total), Instant.now()));
              handle
                  .createQuery(OUTCOMES)
                  .bindArray("policies", String.class, policies.toArray())
                  .bind("boundary", boundary)
                  .setFetchSize(FETCH_ROWS)
                  .mapTo(String.class)
                  .map(json -> EventCodec.decode(json.getBytes(UTF_8), CleanupOutcome.class))
                  .forEach(
                      outcome ->
                          send(producer, RebuildStep.of(id, outcome), outcome.completedAt()));
            });
  }

  private void send(KafkaProducer<byte[], byte[]> producer, RebuildStep step, Instant time) {
    Future<?> unused =
        producer.send(
            new ProducerRecord<>(
                kafka.topics().metricsRebuild(),
                null,
                time.toEpochMilli(),
                step.policy().getBytes(UTF_8),
                EventCodec.encode(step)),
            (metadata, failure) -> {
              if (failure != null) {
                failed.compareAndSet(null, failure);
              }
            });
    steps++;
  }

  /** All of it is there, or nothing is waited for. */
  private void flush(KafkaProducer<byte[], byte[]> producer) {
    producer.flush();
    Exception failure = failed.get();
    if (failure != null) {
      throw new KafkaException("a step of the rebuild could not be sent", failure);
    }
  }
}
