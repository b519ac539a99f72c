package dev.reclaim.worker;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's loop: poll, hand over, commit the contiguous prefix. Only this thread speaks to the
 * consumer; claims are carried out by a crew, and polling pauses while too many wait.
 */
final class WorkerLoop implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

  /**
   * Between polls that bring nothing. A consumer that waits in its poll spins while it is paused or
   * while brokers are away (KAFKA-20854), so we wait outside of it.
   */
  private static final Duration POLL_WAIT = Duration.ofMillis(10);

  private static final Duration COMMIT_EVERY = Duration.ofMillis(500);

  /** Values that are polled and not yet settled; what one poll brings may come on top. */
  private static final long BYTES_MAX = 8 << 20;

  private static final Duration REVOKE_WAIT = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final Source source;
  private final Crew crew;
  private final Outbox outbox;
  private final OffsetGaps gaps;
  private final OffsetTracker offsets = new OffsetTracker();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private long lastCommit = System.nanoTime();

  /**
   * Where records come from.
   *
   * @param read what a record stands for
   */
  record Source(List<String> topics, Function<ConsumerRecord<byte[], byte[]>, DeferredClaim> read) {
    /** Claims as they come first. */
    static Source ofWork(Topics topics) {
      return new Source(
          List.of(topics.expiredRecords(), topics.orphanedFiles()), DeferredClaim::fresh);
    }

    /** Claims that were deferred, for at most {@code longest} from now on. */
    static Source ofDeferred(Topics topics, Duration longest) {
      return new Source(
          List.of(topics.deferred()),
          record -> DeferredClaim.read(record, topics, longest, Instant.now()));
    }
  }

  /** What was said and is on its way. */
  interface Outbox {
    /** Waits until all of it has arrived, or has failed to. */
    void awaitArrival();

    /** Writes down what has arrived. */
    void note();
  }

  /**
   * A loop that is not running yet.
   *
   * @param outbox is asked now and then, and at the end
   * @param gaps looks for what was dropped unread
   */
  WorkerLoop(
      WorkerSettings settings,
      Consumer<byte[], byte[]> consumer,
      Source source,
      Crew crew,
      Outbox outbox,
      OffsetGaps gaps) {
    this.settings = settings;
    this.consumer = consumer;
    this.source = source;
    this.crew = crew;
    this.outbox = outbox;
    this.gaps = gaps;
  }

  /**
   * Runs until {@link #stop}; then finishes what was polled, within the settings' limit. Where it
   * cannot go on it gives up what is under way: another worker takes it up.
   */
  void run() {
    try {
      consumer.subscribe(source.topics(), this);
      while (stopping.getCount() > 0) {
        pauseOrResume();
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ZERO);
        polled.forEach(this::handOver);
        crew.tend();
        commitNowAndThen();
        if (polled.isEmpty()) {
          boolean unused = stopping.await(POLL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
      drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      crew.stopNow();
    }
  }

  /** Asks the loop to end; returns at once. */
  void stop() {
    stopping.countDown();
  }

  /** Pauses when too much is in flight and goes on when half of it is done. */
  private void pauseOrResume() {
    boolean paused = !consumer.paused().isEmpty();
    if (isFull(paused ? 2 : 1)) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
  }

  private boolean isFull(int part) {
    return offsets.inFlight() >= settings.inFlightMax() / part
        || offsets.bytesInFlight() >= BYTES_MAX / part;
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record) {
    CrashPoint.AFTER_POLL.pass();
    gaps.polled(consumer, record);
    DeferredClaim claim = source.read().apply(record);
    Polled delivery = new Polled(record, claim);
    offsets.polled(delivery.partition, record.offset(), record.serializedValueSize());
    if (claim.delay().isNegative() || claim.delay().isZero()) {
      crew.add(delivery);
    } else {
      crew.rest(delivery, claim.delay(), claim.waitsFor());
    }
  }

  /** A record that was polled. */
  private final class Polled implements Delivery {
    private final TopicPartition partition;
    private final long offset;
    private final ConsumerRecord<byte[], byte[]> record;
    private final Tries tries;

    Polled(ConsumerRecord<byte[], byte[]> polled, DeferredClaim claim) {
      this.partition = new TopicPartition(polled.topic(), polled.partition());
      this.offset = polled.offset();
      this.record = claim.original();
      this.tries = claim.tries();
    }

    @Override
    public boolean ours() {
      return offsets.tracks(partition, offset);
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
      return record;
    }

    @Override
    public Tries tries() {
      return tries;
    }

    @Override
    public boolean waitFor(long millis) throws InterruptedException {
      boolean stopped = stopping.await(millis, TimeUnit.MILLISECONDS);
      return !stopped && ours();
    }

    @Override
    public void settled() {
      offsets.settled(partition, offset);
    }

    @Override
    public void again() {
      if (stopping.getCount() > 0) {
        crew.add(this);
      }
    }

    @Override
    public void later(Duration delay, String waitsFor) {
      crew.rest(this, delay, waitsFor);
    }

    @Override
    public boolean crowded() {
      return isFull(2);
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
    gaps.assigned(consumer, partitions);
  }

  /**
   * Finishes what is under way for a moment, commits, and forgets the rest: it comes again
   * elsewhere.
   */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    await(partitions, REVOKE_WAIT);
    commit(partitions);
    forget(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    forget(partitions);
  }

  private void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(offsets::forget);
    crew.forgetLost();
  }

  /** Waits for the crew and not for offsets: a claim that was given up never moves one. */
  private void drain() {
    crew.finish(settings.drainMax());
    outbox.awaitArrival();
    commit(consumer.assignment());
    consumer.assignment().forEach(offsets::forget);
    outbox.note();
  }

  /** What rests is not waited for. */
  private boolean isUnderWay(TopicPartition partition) {
    return offsets.inFlight(partition)
        > crew.resting(
            delivery -> delivery instanceof Polled polled && polled.partition.equals(partition));
  }

  private void await(Collection<TopicPartition> partitions, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (partitions.stream().anyMatch(this::isUnderWay) && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
