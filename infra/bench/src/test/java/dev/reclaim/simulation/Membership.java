package dev.reclaim.simulation;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A process's part in a consumer group. */
public interface Membership {
  /** Hears what it has and has not, within {@link #poll}. */
  interface Listener {
    /** They go to others, and may be committed for the last time. */
    void revoked(Collection<TopicPartition> partitions);

    /** Others have had them for some time. */
    void lost(Collection<TopicPartition> partitions);
  }

  List<ConsumerRecord<byte[], byte[]>> poll(int most, Listener listener);

  Set<TopicPartition> assignment();

  /**
   * Moves offsets.
   *
   * @throws org.apache.kafka.common.KafkaException when they are not ours any more, or nobody knows
   */
  void commit(Map<TopicPartition, Long> next);

  /** Whether a poll would bring anything. */
  boolean hasNews();
}
