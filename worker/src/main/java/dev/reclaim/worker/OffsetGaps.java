package dev.reclaim.worker;

import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.kafka.ErrorHeader;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds offsets that the brokers have dropped before they were read: below where a partition
 * begins, and at or after where we would have gone on. Used by the thread of the consumer, but for
 * {@link #records}.
 */
final class OffsetGaps {
  private static final Logger LOG = LoggerFactory.getLogger(OffsetGaps.class);

  private final Report report;
  private final AtomicLong records = new AtomicLong();
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /** Says that records are gone, where people find it. */
  @FunctionalInterface
  interface Report {
    /** Returns when it is said. */
    void add(ConsumerRecord<byte[], byte[]> first, LaidAside why) throws InterruptedException;
  }

  OffsetGaps(Report report) {
    this.report = report;
  }

  /** Looks at partitions that have become ours. */
  void assigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    try {
      look(consumer, partitions);
    } catch (KafkaException e) {
      LOG.error("whether records were dropped unread cannot be told: {}", e.toString());
    }
  }

  private void look(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
    for (TopicPartition partition : partitions) {
      @Nullable OffsetAndMetadata at = committed.get(partition);
      if (at != null) {
        next.put(partition, at.offset());
        if (check(consumer, partition)) {
          consumer.commitSync(Map.of(partition, new OffsetAndMetadata(nextOf(partition))));
        }
      } else {
        next.remove(partition);
      }
    }
  }

  /** Looks where records are missing before this one, which may have any harmless reason. */
  void polled(Consumer<?, ?> consumer, ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    @Nullable Long expected = next.get(partition);
    if (expected != null && record.offset() > expected) {
      try {
        boolean unused = check(consumer, partition);
      } catch (KafkaException e) {
        LOG.error("whether records of {} were dropped unread cannot be told", partition, e);
      }
    }
    next.put(partition, record.offset() + 1);
  }

  /** Records that were dropped unread, as far as offsets tell. */
  long records() {
    return records.get();
  }

  private long nextOf(TopicPartition partition) {
    return next.getOrDefault(partition, 0L);
  }

  /** Whether there is a gap, which is reported then. */
  private boolean check(Consumer<?, ?> consumer, TopicPartition partition) {
    long begin = consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
    long expected = nextOf(partition);
    if (begin <= expected) {
      return false;
    }
    String gap = "%s, offsets %d to %d".formatted(partition, expected, begin - 1);
    LOG.error("expired-unread: {} were dropped before any worker had read them", gap);
    ConsumerRecord<byte[], byte[]> first =
        new ConsumerRecord<>(
            partition.topic(), partition.partition(), expected, new byte[0], new byte[0]);
    ErrorHeader.LAST_OFFSET.put(first.headers(), Long.toString(begin - 1));
    try {
      report.add(
          first,
          new LaidAside(
              Optional.empty(),
              new InvalidEventException(
                  Refusal.EXPIRED_UNREAD,
                  gap + ": dropped by the brokers before any worker had read them"),
              1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    records.addAndGet(begin - expected);
    next.put(partition, begin);
    return true;
  }
}
