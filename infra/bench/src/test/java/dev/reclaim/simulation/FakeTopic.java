package dev.reclaim.simulation;

import dev.reclaim.events.Topics;
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
    final SaidByRuns said = new SaidByRuns();

    All(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    FakeTopic of(String name) {
      boolean one = name.endsWith("outcomes") || name.endsWith("dead-letters");
      return topics.computeIfAbsent(name, it -> new FakeTopic(it, one ? 1 : PARTITIONS));
    }

    ConsumerRecord<byte[], byte[]> append(ProducerRecord<byte[], byte[]> record) {
      FakeTopic topic = of(record.topic());
      ConsumerRecord<byte[], byte[]> added = topic.append(record, scheduler.nowMs());
      if (record.topic().equals(Topics.DEFAULT.expiredRecords())
          || record.topic().equals(Topics.DEFAULT.orphanedFiles())) {
        said.appended(added);
      }
      return added;
    }
  }

  int partitions() {
    return partitions.size();
  }

  ConsumerRecord<byte[], byte[]> append(ProducerRecord<byte[], byte[]> record, long nowMs) {
    Long told = record.timestamp();
    return add(
        record.key(),
        record.value(),
        new RecordHeaders(record.headers()),
        told == null ? nowMs : told);
  }

  /** The same once more, behind all others. */
  void repeat(ConsumerRecord<byte[], byte[]> record) {
    ConsumerRecord<byte[], byte[]> unused =
        add(record.key(), record.value(), new RecordHeaders(record.headers()), record.timestamp());
  }

  private ConsumerRecord<byte[], byte[]> add(
      byte[] key, byte[] value, RecordHeaders headers, long timestampMs) {
    int partition = next++ % partitions.size();
    List<ConsumerRecord<byte[], byte[]>> log = partitions.get(partition);
    ConsumerRecord<byte[], byte[]> added =
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
            Optional.empty());
    log.add(added);
    return added;
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
