package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The log of one topic. Nothing of it is ever dropped. */
final class FakeTopic {
  final String name;
  private final List<List<ConsumerRecord<byte[], byte[]>>> partitions = new ArrayList<>();
  private int next;

  FakeTopic(String name, int partitions) {
    this.name = name;
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(new ArrayList<>());
    }
  }

  /** All topics, each made when somebody names it. */
  static final class All {
    private static final int PARTITIONS = 3;
    private final Map<String, FakeTopic> topics = new ConcurrentHashMap<>();
    private final Scheduler scheduler;

    All(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    FakeTopic of(String name) {
      boolean one = name.endsWith("outcomes") || name.endsWith("dead-letters");
      return topics.computeIfAbsent(name, it -> new FakeTopic(it, one ? 1 : PARTITIONS));
    }

    void append(ProducerRecord<byte[], byte[]> record) {
      of(record.topic()).append(record, scheduler.nowMs());
    }
  }

  int partitions() {
    return partitions.size();
  }

  void append(ProducerRecord<byte[], byte[]> record, long nowMs) {
    Long told = record.timestamp();
    add(
        record.key(),
        record.value(),
        new RecordHeaders(record.headers()),
        told == null ? nowMs : told);
  }

  /** The same once more, behind all others. */
  void repeat(ConsumerRecord<byte[], byte[]> record) {
    add(record.key(), record.value(), new RecordHeaders(record.headers()), record.timestamp());
  }

  private void add(byte[] key, byte[] value, RecordHeaders headers, long timestampMs) {
    int partition = next++ % partitions.size();
    List<ConsumerRecord<byte[], byte[]>> log = partitions.get(partition);
    log.add(
        new ConsumerRecord<>(
            name,
            partition,
            log.size(),
            timestampMs,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            headers,
            Optional.empty()));
  }

  long end(int partition) {
    return partitions.get(partition).size();
  }

  List<ConsumerRecord<byte[], byte[]>> read(int partition, long from, int most) {
    List<ConsumerRecord<byte[], byte[]>> log = partitions.get(partition);
    int begin = (int) Math.min(from, log.size());
    return List.copyOf(log.subList(begin, Math.min(log.size(), begin + most)));
  }

  List<ConsumerRecord<byte[], byte[]>> all() {
    return partitions.stream().flatMap(List::stream).toList();
  }
}
