package dev.reclaim.worker.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.kafka.KafkaSettings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What became of every record of the work topics, as the topics tell it to somebody else. */
final class Endings {
  private final Map<String, ConsumerRecord<byte[], byte[]>> events = new HashMap<>();
  private final Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
  private final Map<String, Map<?, ?>> outcomes = new HashMap<>();

  Endings(KafkaSettings kafka) {
    read(kafka, kafka.topics().expiredRecords(), event -> events.put(place(event), event));
    read(kafka, kafka.topics().orphanedFiles(), event -> events.put(place(event), event));
    read(kafka, kafka.topics().deadLetters(), letter -> letters.put(origin(letter), letter));
    read(
        kafka,
        kafka.topics().outcomes(),
        record -> {
          Map<?, ?> outcome = EventCodec.decode(record.value(), Map.class);
          Map<?, ?> event = member(outcome, "event");
          outcomes.put(
              name(text(event, "source"), text(event, "id"), text(event, "plannedOn")), outcome);
        });
  }

  int events() {
    return events.size();
  }

  int letters() {
    return letters.size();
  }

  int outcomes() {
    return outcomes.size();
  }

  /** Letters by class. */
  Map<String, Integer> classes() {
    Map<String, Integer> classes = new HashMap<>();
    letters
        .values()
        .forEach(
            letter -> classes.merge(header(letter, "__reclaim.errors.class"), 1, Integer::sum));
    return classes;
  }

  /** Events that ended in nothing. */
  List<String> lost() {
    return events.entrySet().stream()
        .filter(event -> !letters.containsKey(event.getKey()))
        .filter(event -> !outcomes.containsKey(name(event.getValue())))
        .map(event -> describe(event.getKey(), event.getValue()))
        .toList();
  }

  /** Events that ended in a letter, and in an outcome that no other event accounts for. */
  List<String> doubled() {
    Set<String> accounted = new HashSet<>();
    events.forEach(
        (place, event) -> {
          if (!letters.containsKey(place)) {
            accounted.add(name(event));
          }
        });
    return events.entrySet().stream()
        .filter(event -> letters.containsKey(event.getKey()))
        .filter(event -> outcomes.containsKey(name(event.getValue())))
        .filter(event -> !accounted.contains(name(event.getValue())))
        .map(event -> describe(event.getKey(), event.getValue()))
        .toList();
  }

  /** Letters of no event, or that do not hold what came. */
  List<String> altered() {
    List<String> altered = new ArrayList<>();
    letters.forEach(
        (place, letter) -> {
          @Nullable ConsumerRecord<byte[], byte[]> event = events.get(place);
          if (event == null
              || !Arrays.equals(event.key(), letter.key())
              || !Arrays.equals(event.value(), letter.value())) {
            altered.add(place);
          }
        });
    return altered;
  }

  /** The sum of a number over all outcomes, each event's once. */
  long reclaimed(String what) {
    return outcomes.values().stream()
        .mapToLong(
            outcome ->
                ((Number) Objects.requireNonNull(member(outcome, "reclaimed").get(what)))
                    .longValue())
        .sum();
  }

  private static void read(
      KafkaSettings kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(visitor);
      }
    }
  }

  private static Map<?, ?> member(Map<?, ?> json, String name) {
    return json.get(name) instanceof Map<?, ?> member ? member : Map.of();
  }

  private static String text(Map<?, ?> json, String name) {
    return json.get(name) instanceof String text ? text : "";
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  private static String origin(ConsumerRecord<byte[], byte[]> letter) {
    return header(letter, "__reclaim.errors.topic")
        + "-"
        + header(letter, "__reclaim.errors.partition")
        + "@"
        + header(letter, "__reclaim.errors.offset");
  }

  /** The event's name by its headers, or by its envelope where that holds the attributes. */
  private static String name(ConsumerRecord<byte[], byte[]> event) {
    String source = header(event, "ce_source");
    String id = header(event, "ce_id");
    String time = header(event, "ce_time");
    if (header(event, "content-type").startsWith("application/cloudevents")) {
      try {
        Map<?, ?> envelope = EventCodec.decode(event.value(), Map.class);
        source = text(envelope, "source");
        id = text(envelope, "id");
        time = text(envelope, "time");
      } catch (InvalidEventException e) {
        return "nameless";
      }
    }
    try {
      return name(
          source,
          id,
          OffsetDateTime.parse(time)
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toLocalDate()
              .toString());
    } catch (DateTimeException e) {
      return "nameless";
    }
  }

  private static String name(String source, String id, String day) {
    return source + "#" + id + "@" + day;
  }

  /** Of several, the last; of none, the empty text. */
  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    String last = "";
    for (Header header : record.headers().headers(name)) {
      last = header.value() == null ? last : new String(header.value(), UTF_8);
    }
    return last;
  }

  private static String describe(String place, ConsumerRecord<byte[], byte[]> event) {
    String value = event.value() == null ? "null" : new String(event.value(), UTF_8);
    return place + " " + name(event) + " " + value.substring(0, Math.min(300, value.length()));
  }
}
