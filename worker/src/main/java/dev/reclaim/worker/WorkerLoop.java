package dev.reclaim.worker;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's loop: poll, hand over, commit the contiguous prefix. Only this thread speaks to the
 * consumer; claims are carried out by a pool, and polling pauses while too many wait.
 */
final class WorkerLoop implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration FULL_WAIT = Duration.ofMillis(5);
  private static final Duration COMMIT_EVERY = Duration.ofMillis(500);

  /** Values that are polled and not yet settled; what one poll brings may come on top. */
  private static final long BYTES_MAX = 16 << 20;

  private static final Duration REVOKE_WAIT = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final Work work;
  private final Outbox outbox;
  private final OffsetTracker offsets = new OffsetTracker();
  private final Queue<Polled> waiting = new ConcurrentLinkedQueue<>();
  private final ExecutorService pool;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private long lastCommit = System.nanoTime();

  /** What was said and is on its way. */
  interface Outbox {
    /** Waits until all of it has arrived, or has failed to. */
    void awaitArrival();

    /** Writes down what has arrived. */
    void note();
  }

  /** What is done with records. */
  interface Work {
    /**
     * Takes some of what waits and carries it out; settles each delivery, or gives it up when it is
     * told that waiting is over.
     *
     * @param queue gives the next record, or nothing
     * @param share most records to take
     */
    void carryOut(Supplier<Optional<Delivery>> queue, int share) throws InterruptedException;
  }

  /**
   * A loop that is not running yet.
   *
   * @param outbox is asked now and then, and at the end
   */
  WorkerLoop(WorkerSettings settings, Consumer<byte[], byte[]> consumer, Work work, Outbox outbox) {
    this.settings = settings;
    this.consumer = consumer;
    this.work = work;
    this.outbox = outbox;
    this.pool =
        Executors.newFixedThreadPool(
            settings.concurrency(), job -> new Thread(job, settings.name() + "-claims"));
  }

  /**
   * Runs until {@link #stop}; then finishes what was polled, within the settings' limit. Where it
   * cannot go on it gives up what is under way: another worker takes it up.
   */
  void run(Topics topics) {
    try {
      consumer.subscribe(List.of(topics.expiredRecords(), topics.orphanedFiles()), this);
      while (stopping.getCount() > 0) {
        consumer.poll(pauseOrResume()).forEach(this::handOver);
        commitNowAndThen();
      }
      drain();
    } finally {
      pool.shutdownNow();
    }
  }

  /** Asks the loop to end; returns at once. */
  void stop() {
    stopping.countDown();
  }

  /**
   * Pauses when too much is in flight and goes on when half of it is done. A consumer that is
   * paused with records at hand does not wait in its poll but spins, so we wait before it.
   *
   * @return how long to poll
   */
  private Duration pauseOrResume() {
    boolean paused = !consumer.paused().isEmpty();
    int part = paused ? 2 : 1;
    boolean full =
        offsets.inFlight() >= settings.inFlightMax() / part
            || offsets.bytesInFlight() >= BYTES_MAX / part;
    if (!full) {
      consumer.resume(consumer.paused());
      return POLL;
    }
    consumer.pause(consumer.assignment());
    try {
      boolean unused = stopping.await(FULL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.ZERO;
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record) {
    CrashPoint.AFTER_POLL.pass();
    Polled delivery = new Polled(record);
    offsets.polled(delivery.partition(), record.offset(), record.serializedValueSize());
    enqueue(delivery);
  }

  private void enqueue(Polled delivery) {
    waiting.add(delivery);
    pool.execute(this::carryOutSome);
  }

  /**
   * There is one such call for each record, so that none is left when an earlier call took more.
   */
  private void carryOutSome() {
    int share = (waiting.size() + settings.concurrency() - 1) / settings.concurrency();
    try {
      work.carryOut(this::next, share);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      LOG.error("some records stay unsettled", e);
      throw e;
    }
  }

  private Optional<Delivery> next() {
    for (Polled delivery = waiting.poll(); delivery != null; delivery = waiting.poll()) {
      if (delivery.tracked()) {
        return Optional.of(delivery);
      }
    }
    return Optional.empty();
  }

  /** A record that was polled. */
  private final class Polled implements Delivery {
    private final ConsumerRecord<byte[], byte[]> record;

    Polled(ConsumerRecord<byte[], byte[]> record) {
      this.record = record;
    }

    TopicPartition partition() {
      return new TopicPartition(record.topic(), record.partition());
    }

    boolean tracked() {
      return offsets.tracks(partition(), record.offset());
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
      return record;
    }

    @Override
    public boolean waitFor(long millis) throws InterruptedException {
      boolean stopped = stopping.await(millis, TimeUnit.MILLISECONDS);
      return !stopped && tracked();
    }

    @Override
    public void settled() {
      offsets.settled(partition(), record.offset());
    }

    @Override
    public void again() {
      if (stopping.getCount() > 0 && !pool.isShutdown()) {
        enqueue(this);
      }
    }
  }

  private void commitNowAndThen() {
    if (System.nanoTime() - lastCommit >= COMMIT_EVERY.toNanos()) {
      lastCommit = System.nanoTime();
      commit(consumer.assignment());
      outbox.note();
    }
  }

  private void commit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> prefix = new HashMap<>();
    for (TopicPartition partition : partitions) {
      offsets
          .committable(partition)
          .ifPresent(next -> prefix.put(partition, new OffsetAndMetadata(next)));
    }
    if (prefix.isEmpty()) {
      return;
    }
    CrashPoint.BEFORE_OFFSET_COMMIT.pass();
    try {
      consumer.commitSync(prefix);
      prefix.forEach((partition, next) -> offsets.committed(partition, next.offset()));
    } catch (KafkaException e) {
      LOG.warn("offsets were not committed, they will be tried again: {}", e.toString());
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    LOG.debug("{} has got {}", settings.name(), partitions);
  }

  /**
   * Finishes what is under way for a moment, commits, and forgets the rest: it comes again
   * elsewhere.
   */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    await(partitions, REVOKE_WAIT);
    commit(partitions);
    partitions.forEach(offsets::forget);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    partitions.forEach(offsets::forget);
  }

  /** Waits for the pool and not for offsets: a claim that was given up never moves one. */
  private void drain() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(settings.drainMax().toMillis(), TimeUnit.MILLISECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
    outbox.awaitArrival();
    commit(consumer.assignment());
    consumer.assignment().forEach(offsets::forget);
    outbox.note();
  }

  private void await(Collection<TopicPartition> partitions, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (partitions.stream().anyMatch(partition -> offsets.inFlight(partition) > 0)
        && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
