package dev.reclaim.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.CloudEvent;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** CloudEvents as Kafka records, binary mode: attributes in headers, the value plain JSON. */
public final class EventRecords {
  private EventRecords() {}

  /**
   * A record ready to send.
   *
   * @param timestampMs record timestamp, milliseconds since the epoch; null leaves it to the
   *     producer
   */
  public static ProducerRecord<byte[], byte[]> of(
      String topic,
      byte @Nullable [] key,
      CloudEvent event,
      byte[] value,
      @Nullable Long timestampMs) {
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(topic, null, timestampMs, key, value);
    event.headers().forEach((name, text) -> sent.headers().add(name, text.getBytes(UTF_8)));
    return sent;
  }

  /** Headers as texts; of headers that repeat, the last. */
  public static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : headers) {
      if (header.value() != null) {
        texts.put(header.key(), new String(header.value(), UTF_8));
      }
    }
    return texts;
  }
}
