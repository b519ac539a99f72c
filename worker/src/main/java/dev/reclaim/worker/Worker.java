package dev.reclaim.worker;

import dev.reclaim.admin.Gauge;
import dev.reclaim.admin.PaceStatus;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.WorkerLoop.Source;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.pace.Paces;
import java.time.Duration;
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

/**
 * The role worker, wired: a loop for what comes and one for what was deferred, each with a consumer
 * and a crew, and one producer for both.
 */
public final class Worker implements AutoCloseable {
  private static final int POLL_RECORDS_MAX = 100;
  private static final int FETCH_BYTES_MAX = 8 << 20;

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
  private static final Duration INTENTS_EVERY = Duration.ofMinutes(10);
  private static final Duration CLOCKS_EVERY = Duration.ofSeconds(15);

  /** Deferred records that wait in memory. */
  private static final int DEFERRED_MAX = 1_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final RunningLoop work;
  private final RunningLoop deferred;
  private final LedgerUpkeep upkeep;
  private final Rounds rounds;
  private final WorkerGauges gauges;
  private final EmittedNotes emitted;
  private final BrokerClock brokerClock;
  private final Paces paces;

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
    this.paces =
        Paces.start(
            settings.name(), file, databases, settings.concurrency(), InstantSource.system());
    this.emitted = new EmittedNotes(databases);
    Absences absences = new Absences();
    FileCleanups files = new FileCleanups(file, databases, stores, settings.name());
    LeftoverCleanups leftovers = new LeftoverCleanups(file, databases, stores, settings.name());
    ClaimProcessor processor =
        new ClaimProcessor(
            file,
            databases,
            targets,
            files,
            leftovers,
            new Backends(absences, new SteadyClock(System::nanoTime)),
            paces,
            settings.name());
    OutcomePublisher outcomes = new OutcomePublisher(producer, topics);
    DeadLetters deadLetters = new DeadLetters(producer, topics, settings.group());
    ClaimTask task =
        new ClaimTask(
            topics,
            processor,
            outcomes,
            deadLetters,
            new Deferrals(producer, topics, absences, settings.waits()),
            new PolicyStops(file, databases, absences),
            emitted);
    this.upkeep = LedgerUpkeep.start(databases);
    this.rounds = new Rounds(settings.name());
    Sweeper sweeper = new Sweeper(databases, outcomes, absences, Sweeper.AFTER);
    rounds.every(SWEEP_EVERY, sweeper);
    rounds.every(
        INTENTS_EVERY, new IntentSweep(files, leftovers, file.stores().values(), absences));
    this.brokerClock = new BrokerClock(kafka);
    ClockWatch clocks = new ClockWatch(databases, brokerClock, paces, InstantSource.system());
    clocks.run();
    rounds.every(CLOCKS_EVERY, clocks);
    int lanes = file.databases().size() + file.stores().size();
    WorkerSettings later = settings.forDeferred(DEFERRED_MAX);
    OffsetGaps gaps = new OffsetGaps(deadLetters::add);
    OffsetGaps laterGaps = new OffsetGaps(deadLetters::add);
    this.gauges = new WorkerGauges(settings.name(), absences, sweeper, clocks, gaps, laterGaps);
    Crew crew = crew(settings, lanes, lanes(task, processor, settings));
    Crew laterCrew = crew(later, lanes, lanes(task, processor, later));
    absences.whenBack(
        what -> {
          crew.wake(what);
          laterCrew.wake(what);
        });
    this.work = loop(settings, kafka, Source.ofWork(topics), crew, outbox(emitted), gaps);
    this.deferred =
        loop(
            later,
            kafka,
            Source.ofDeferred(topics, settings.waits().longest()),
            laterCrew,
            outbox(emitted),
            laterGaps);
  }

  /** What people should know of besides. */
  public List<Gauge> gauges() {
    return gauges.now();
  }

  private static Crew crew(WorkerSettings settings, int lanes, Lanes work) {
    return new Crew(
        settings.name(), settings.concurrency() * Math.max(1, lanes), settings.concurrency(), work);
  }

  private static Lanes lanes(ClaimTask task, ClaimProcessor processor, WorkerSettings settings) {
    return new Lanes(task, processor::process, processor::backend, settings);
  }

  private static RunningLoop loop(
      WorkerSettings settings,
      KafkaSettings kafka,
      Source source,
      Crew crew,
      WorkerLoop.Outbox outbox,
      OffsetGaps gaps) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumer(kafka, settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    return new RunningLoop(
        settings.name(), new WorkerLoop(settings, consumer, source, crew, outbox, gaps), consumer);
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
    worker.work.start();
    worker.deferred.start();
    return worker;
  }

  /** Whether the worker's loops are alive. */
  public boolean healthy() {
    return work.healthy() && deferred.healthy();
  }

  /** How fast each database is cleaned at the moment, and why not faster. */
  public List<PaceStatus> pace() {
    return paces.statuses();
  }

  private WorkerLoop.Outbox outbox(EmittedNotes emitted) {
    return new WorkerLoop.Outbox() {
      @Override
      public void awaitArrival() {
        producer.flush();
      }

      @Override
      public void note() {
        emitted.flushSoon();
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
    // By default two workers get a topic each: one all rows, the other all files.
    settings.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    return settings;
  }

  /** Finishes what was polled, commits, and leaves the group. */
  @Override
  public void close() {
    work.stop();
    deferred.stop();
    work.join();
    deferred.join();
    emitted.close();
    rounds.close();
    brokerClock.close();
    paces.close();
    upkeep.close();
    producer.close();
  }
}
