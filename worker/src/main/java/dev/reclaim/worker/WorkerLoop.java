package dev.reclaim.worker;

import dev.reclaim.events.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
  private static final Duration COMMIT_EVERY = Duration.ofMillis(500);
  private static final Duration REVOKE_WAIT = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final Work work;
  private final Runnable flush;
  private final OffsetTracker offsets = new OffsetTracker();
  private final ExecutorService pool;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private long lastCommit = System.nanoTime();

  /** What is done with each record, as {@link ClaimTask} says. */
  interface Work {
    boolean carryOut(ConsumerRecord<byte[], byte[]> record, ClaimTask.Patience patience)
        throws InterruptedException;
  }

  /**
   * A loop that is not running yet.
   *
   * @param flush is called now and then, and at the end
   */
  WorkerLoop(
      WorkerSettings settings, Consumer<byte[], byte[]> consumer, Work work, Runnable flush) {
    this.settings = settings;
    this.consumer = consumer;
    this.work = work;
    this.flush = flush;
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
        pauseOrResume();
        consumer.poll(POLL).forEach(this::handOver);
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

  private void pauseOrResume() {
    if (offsets.inFlight() >= settings.inFlightMax()) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    offsets.polled(partition, record.offset());
    pool.execute(
        () -> {
          try {
            if (offsets.tracks(partition, record.offset())
                && work.carryOut(record, millis -> goOn(partition, record.offset(), millis))) {
              offsets.settled(partition, record.offset());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (Throwable e) {
            LOG.error("{} offset {} stays unsettled", partition, record.offset(), e);
            throw e;
          }
        });
  }

  private boolean goOn(TopicPartition partition, long offset, long millis)
      throws InterruptedException {
    boolean stopped = stopping.await(millis, TimeUnit.MILLISECONDS);
    return !stopped && offsets.tracks(partition, offset);
  }

  private void commitNowAndThen() {
    if (System.nanoTime() - lastCommit >= COMMIT_EVERY.toNanos()) {
      lastCommit = System.nanoTime();
      commit(consumer.assignment());
      flush.run();
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
    commit(consumer.assignment());
    consumer.assignment().forEach(offsets::forget);
    flush.run();
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
