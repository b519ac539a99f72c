package dev.reclaim.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event in CloudEvents 1.0, binary mode: they travel as headers beside the
 * value.
 *
 * @param type what the value is
 * @param time when it was said; mandatory here, because its UTC date is part of the identity
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding for CloudEvents</a>
 */
public record CloudEvent(String id, String source, String type, Instant time) {
  private static final String ID = "ce_id";
  private static final String SOURCE = "ce_source";
  private static final String TYPE = "ce_type";
  private static final String TIME = "ce_time";
  private static final String SPEC_VERSION = "ce_specversion";
  private static final String CONTENT_TYPE = "content-type";

  /** The event's name in the ledger. */
  public EventIdentity identity() {
    return new EventIdentity(source, id, time.atZone(ZoneOffset.UTC).toLocalDate());
  }

  /** All headers of the event, the content type included. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(SPEC_VERSION, "1.0");
    headers.put(ID, id);
    headers.put(SOURCE, source);
    headers.put(TYPE, type);
    headers.put(TIME, time.toString());
    headers.put(CONTENT_TYPE, "application/json");
    return headers;
  }

  /**
   * Reads the attributes from a record's headers; headers of others are ignored.
   *
   * @throws InvalidEventException naming the header that is missing or unreadable
   */
  public static CloudEvent fromHeaders(Map<String, String> headers) {
    return new CloudEvent(
        header(headers, ID),
        header(headers, SOURCE),
        header(headers, TYPE),
        instant(header(headers, TIME)));
  }

  private static String header(Map<String, String> headers, String name) {
    @Nullable String value = headers.get(name);
    if (value == null || value.isBlank()) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER, "header " + name + " is missing or empty");
    }
    return value;
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER, "header " + TIME + " is no RFC 3339 time: " + text, e);
    }
  }
}
