package dev.reclaim.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Which offsets of the assigned partitions are settled. An offset may be committed only past the
 * contiguous prefix of settled records: what lies behind a gap is delivered again after a crash.
 * Thread-safe.
 */
final class OffsetTracker {
  private final Map<TopicPartition, TreeMap<Long, Polled>> partitions = new HashMap<>();
  private int inFlight;
  private long bytesInFlight;

  private static final class Polled {
    private final long bytes;
    private boolean settled;

    Polled(long bytes) {
      this.bytes = bytes;
    }
  }

  /** A record was polled. */
  synchronized void polled(TopicPartition partition, long offset, long bytes) {
    partitions.computeIfAbsent(partition, it -> new TreeMap<>()).put(offset, new Polled(bytes));
    inFlight++;
    bytesInFlight += bytes;
  }

  /** A record is settled: it ended in the ledger or among the dead letters. */
  synchronized void settled(TopicPartition partition, long offset) {
    TreeMap<Long, Polled> offsets = partitions.get(partition);
    Polled record = offsets == null ? null : offsets.get(offset);
    if (record != null) {
      settle(record);
    }
  }

  private void settle(Polled record) {
    if (!record.settled) {
      record.settled = true;
      inFlight--;
      bytesInFlight -= record.bytes;
    }
  }

  /**
   * Whether the partition is still ours; work on a record of a lost one may be left to its new
   * owner.
   */
  synchronized boolean tracks(TopicPartition partition, long offset) {
    TreeMap<Long, Polled> offsets = partitions.get(partition);
    return offsets != null && offsets.containsKey(offset);
  }

  /**
   * The offset to commit, if the prefix has grown since what was {@link #committed}: the first that
   * is not settled.
   */
  synchronized OptionalLong committable(TopicPartition partition) {
    TreeMap<Long, Polled> offsets = partitions.get(partition);
    OptionalLong next = OptionalLong.empty();
    if (offsets != null) {
      for (Map.Entry<Long, Polled> record : offsets.entrySet()) {
        if (!record.getValue().settled) {
          break;
        }
        next = OptionalLong.of(record.getKey() + 1);
      }
    }
    return next;
  }

  /** The brokers know: records before {@code next} are forgotten. */
  synchronized void committed(TopicPartition partition, long next) {
    TreeMap<Long, Polled> offsets = partitions.get(partition);
    if (offsets != null) {
      offsets.headMap(next).clear();
    }
  }

  /** The partition is no longer ours. */
  synchronized void forget(TopicPartition partition) {
    TreeMap<Long, Polled> offsets = partitions.remove(partition);
    if (offsets != null) {
      offsets.values().forEach(this::settle);
    }
  }

  /** Records polled and not settled, over all partitions. */
  synchronized int inFlight() {
    return inFlight;
  }

  /** Bytes of their values. */
  synchronized long bytesInFlight() {
    return bytesInFlight;
  }

  /** Records of one partition polled and not settled. */
  synchronized int inFlight(TopicPartition partition) {
    TreeMap<Long, Polled> offsets = partitions.get(partition);
    return offsets == null
        ? 0
        : (int) offsets.values().stream().filter(record -> !record.settled).count();
  }
}
