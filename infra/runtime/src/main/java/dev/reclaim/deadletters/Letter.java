package dev.reclaim.deadletters;

import dev.reclaim.kafka.DeadLetterHeaders;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One dead letter. All that it says was said by others, and may be anything.
 *
 * @param failedAt when it was given up last
 * @param label why, by name; {@value #UNCLASSIFIED} where it does not say
 * @param policy that its event names, as far as it can be read
 */
public record Letter(
    LetterId id,
    Instant failedAt,
    String label,
    Optional<String> policy,
    Map<String, String> headers,
    ConsumerRecord<byte[], byte @Nullable []> record) {
  public static final String UNCLASSIFIED = "unclassified";

  private static final int POLICY_LENGTH_MAX = 256;

  static Letter of(ConsumerRecord<byte[], byte @Nullable []> record) {
    Map<String, String> headers = EventRecords.texts(record.headers());
    return new Letter(
        new LetterId(record.partition(), record.offset()),
        failedAt(headers, record),
        ErrorHeader.CLASS.in(headers).orElse(UNCLASSIFIED),
        policy(record.value()),
        headers,
        record);
  }

  /** Why, in words. */
  public String reason() {
    return ErrorHeader.REASON.in(headers).orElse("no reason given");
  }

  /** The event's identity, {@code source#id@day}. */
  public Optional<String> event() {
    return ErrorHeader.EVENT_ID.in(headers);
  }

  /** How often people have sent it again before. */
  public int replays() {
    return DeadLetterHeaders.replays(headers);
  }

  /** Topic on which it came. */
  public Optional<String> originTopic() {
    return ErrorHeader.TOPIC.in(headers);
  }

  /** Where it came: {@code topic-partition@offset}. */
  public String origin() {
    return "%s-%s@%s"
        .formatted(
            originTopic().orElse("?"),
            ErrorHeader.PARTITION.in(headers).orElse("?"),
            ErrorHeader.OFFSET.in(headers).orElse("?"));
  }

  /** Whether its value was too large to be kept. */
  public boolean isWithoutValue() {
    return headers.containsKey(ErrorHeader.VALUE_BYTES.key());
  }

  private static Instant failedAt(Map<String, String> headers, ConsumerRecord<?, ?> record) {
    Instant written = Instant.ofEpochMilli(record.timestamp());
    try {
      return ErrorHeader.LAST_FAILED_AT.in(headers).map(Instant::parse).orElse(written);
    } catch (DateTimeException e) {
      return written;
    }
  }

  /** In binary mode the value is the claim, in structured mode the claim is its data. */
  private static Optional<String> policy(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      JsonNode event = JsonMapper.shared().readTree(value);
      return text(event.path("policy")).or(() -> text(event.path("data").path("policy")));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node)
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .filter(name -> name.length() <= POLICY_LENGTH_MAX);
  }
}
