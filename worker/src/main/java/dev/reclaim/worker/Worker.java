package dev.reclaim.worker;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.pace.Paces;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role worker, wired: one consumer, one producer, a pool that carries claims out. */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final int POLL_RECORDS_MAX = 100;
  private static final int FETCH_BYTES_MAX = 8 << 20;

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final WorkerLoop loop;
  private final Thread thread;
  private final LedgerUpkeep upkeep;
  private final Paces paces;
  private volatile boolean failed;

  private Worker(
      WorkerSettings settings,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ObjectStore> stores) {
    Topics topics = kafka.topics();
    this.producer =
        new KafkaProducer<>(producer(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            consumer(kafka, settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.paces =
        Paces.start(
            settings.name(), file, databases, settings.concurrency(), InstantSource.system());
    EmittedNotes emitted = new EmittedNotes(databases);
    FileCleanups files = new FileCleanups(file, databases, stores, settings.name());
    ClaimProcessor processor =
        new ClaimProcessor(
            file,
            databases,
            targets,
            files,
            new LeftoverCleanups(file, databases, stores, settings.name()),
            new Backends(),
            paces,
            settings.name());
    ClaimTask task =
        new ClaimTask(
            topics,
            processor,
            new OutcomePublisher(producer, topics),
            new DeadLetters(producer, topics, settings.group()),
            emitted);
    this.upkeep = LedgerUpkeep.start(databases);
    this.loop =
        new WorkerLoop(
            settings,
            consumer,
            (queue, share) -> ClaimBatch.carryOut(task, processor, queue, share),
            outbox(emitted));
    this.thread = new Thread(() -> run(topics), settings.name());
  }

  /**
   * Starts a worker; databases and stores stay the caller's to close, after it.
   *
   * @param targets row policies held against their tables
   * @param stores open stores by name
   */
  public static Worker start(
      WorkerSettings settings,
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ObjectStore> stores) {
    Worker worker = new Worker(settings, kafka, file, databases, targets, stores);
    worker.thread.start();
    return worker;
  }

  /** Whether the worker's loop is alive. */
  public boolean healthy() {
    return !failed && thread.isAlive();
  }

  /** How fast each database is cleaned at the moment, and why not faster. */
  public List<PaceStatus> pace() {
    return paces.statuses();
  }

  private void run(Topics topics) {
    try {
      loop.run(topics);
    } catch (RuntimeException e) {
      failed = true;
      LOG.error("the worker stops: {}", e.toString());
      LOG.debug("the failure whole", e);
    } finally {
      consumer.close();
    }
  }

  private WorkerLoop.Outbox outbox(EmittedNotes emitted) {
    return new WorkerLoop.Outbox() {
      @Override
      public void awaitArrival() {
        producer.flush();
      }

      @Override
      public void note() {
        emitted.flush();
      }
    };
  }

  private static Map<String, Object> producer(KafkaSettings kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.producer());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    return settings;
  }

  private static Map<String, Object> consumer(KafkaSettings kafka, WorkerSettings worker) {
    Map<String, Object> settings = new HashMap<>(kafka.consumer());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, worker.group());
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, worker.name());
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    return settings;
  }

  /** Finishes what was polled, commits, and leaves the group. */
  @Override
  public void close() {
    loop.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    paces.close();
    upkeep.close();
    producer.close();
  }
}
