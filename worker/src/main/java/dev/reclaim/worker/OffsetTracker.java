package dev.reclaim.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;

/**
 * Which offsets of the assigned partitions are settled. An offset may be committed only past the
 * contiguous prefix of settled records: what lies behind a gap is delivered again after a crash.
 * Thread-safe.
 */
final class OffsetTracker {
  private final Map<TopicPartition, TreeMap<Long, AtomicBoolean>> partitions = new HashMap<>();
  private int inFlight;

  /** A record was polled. */
  synchronized void polled(TopicPartition partition, long offset) {
    partitions
        .computeIfAbsent(partition, it -> new TreeMap<>())
        .put(offset, new AtomicBoolean(false));
    inFlight++;
  }

  /** A record is settled: it ended in the ledger or among the dead letters. */
  synchronized void settled(TopicPartition partition, long offset) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.get(partition);
    AtomicBoolean settled = offsets == null ? null : offsets.get(offset);
    if (settled != null && settled.compareAndSet(false, true)) {
      inFlight--;
    }
  }

  /**
   * Whether the partition is still ours; work on a record of a lost one may be left to its new
   * owner.
   */
  synchronized boolean tracks(TopicPartition partition, long offset) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.get(partition);
    return offsets != null && offsets.containsKey(offset);
  }

  /**
   * The offset to commit, if the prefix has grown since what was {@link #committed}: the first that
   * is not settled.
   */
  synchronized OptionalLong committable(TopicPartition partition) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.get(partition);
    OptionalLong next = OptionalLong.empty();
    if (offsets != null) {
      for (Map.Entry<Long, AtomicBoolean> record : offsets.entrySet()) {
        if (!record.getValue().get()) {
          break;
        }
        next = OptionalLong.of(record.getKey() + 1);
      }
    }
    return next;
  }

  /** The brokers know: records before {@code next} are forgotten. */
  synchronized void committed(TopicPartition partition, long next) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.get(partition);
    if (offsets != null) {
      offsets.headMap(next).clear();
    }
  }

  /** The partition is no longer ours. */
  synchronized void forget(TopicPartition partition) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.remove(partition);
    if (offsets != null) {
      inFlight -= (int) offsets.values().stream().filter(settled -> !settled.get()).count();
    }
  }

  /** Records polled and not settled, over all partitions. */
  synchronized int inFlight() {
    return inFlight;
  }

  /** Records of one partition polled and not settled. */
  synchronized int inFlight(TopicPartition partition) {
    TreeMap<Long, AtomicBoolean> offsets = partitions.get(partition);
    return offsets == null
        ? 0
        : (int) offsets.values().stream().filter(settled -> !settled.get()).count();
  }
}
