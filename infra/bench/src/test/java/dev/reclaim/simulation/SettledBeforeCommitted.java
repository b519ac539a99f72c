package dev.reclaim.simulation;

import dev.reclaim.events.Topics;
import dev.reclaim.kafka.DeferralHeader;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** No offset passes a record that is not in the ledger, among dead letters, or deferred. */
final class SettledBeforeCommitted extends Invariant {
  private final Map<String, Long> checked = new HashMap<>();
  private @Nullable World world;

  SettledBeforeCommitted(Violations violations) {
    super(violations);
  }

  @Override
  void begin(World its) {
    world = its;
  }

  @Override
  void offsetMoved(FakeTopic topic, int partition, long next) {
    String key = topic.name + "-" + partition;
    long from = checked.getOrDefault(key, 0L);
    if (next <= from) {
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record :
        topic.read(partition, from, Math.toIntExact(next - from))) {
      if (!isSettled(record)) {
        violated("offset %d of %s passes %s", next, key, Invariants.identity(record));
      }
    }
    checked.put(key, next);
  }

  private boolean isSettled(ConsumerRecord<byte[], byte[]> record) {
    FakeDatabase.Named event = FakeDatabase.Named.of(Invariants.identity(record));
    FakeDatabase database = world().database;
    if (database.ledger.committed.containsKey(event) || database.totals.events.contains(event)) {
      return true;
    }
    Map<String, String> headers = EventRecords.texts(record.headers());
    String origin = DeferralHeader.TOPIC.in(headers).orElse(record.topic());
    String offset = DeferralHeader.OFFSET.in(headers).orElse(Long.toString(record.offset()));
    String part = DeferralHeader.PARTITION.in(headers).orElse(Integer.toString(record.partition()));
    return all(Topics.DEFAULT.deadLetters()).stream()
            .map(it -> EventRecords.texts(it.headers()))
            .anyMatch(
                it ->
                    ErrorHeader.TOPIC.in(it).orElse("").equals(origin)
                        && ErrorHeader.OFFSET.in(it).orElse("").equals(offset)
                        && ErrorHeader.PARTITION.in(it).orElse("").equals(part))
        || all(Topics.DEFAULT.deferred()).stream()
            .filter(it -> it != record)
            .map(it -> EventRecords.texts(it.headers()))
            .anyMatch(
                it ->
                    DeferralHeader.TOPIC.in(it).orElse("").equals(origin)
                        && DeferralHeader.OFFSET.in(it).orElse("").equals(offset)
                        && DeferralHeader.PARTITION.in(it).orElse("").equals(part));
  }

  private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    return world().topics.of(topic).all();
  }

  private World world() {
    return Objects.requireNonNull(world, "before its beginning");
  }
}
