package dev.reclaim.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event in CloudEvents 1.0. We say them in binary mode, as headers beside the
 * value; {@link Envelope} reads both modes.
 *
 * @param type what the value is
 * @param time when it was said; mandatory here, because its UTC date is part of the identity
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding for CloudEvents</a>
 */
public record CloudEvent(String id, String source, String type, Instant time) {
  static final String CONTENT_TYPE = "content-type";

  private static final String PREFIX = "ce_";
  private static final String ID = "id";
  private static final String SOURCE = "source";
  private static final String TYPE = "type";
  private static final String TIME = "time";
  private static final String SPEC_VERSION = "specversion";
  private static final String VERSION = "1.0";

  /** The event's name in the ledger. */
  public EventIdentity identity() {
    return new EventIdentity(source, id, time.atZone(ZoneOffset.UTC).toLocalDate());
  }

  /** All headers of the event, the content type included. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(PREFIX + SPEC_VERSION, VERSION);
    headers.put(PREFIX + ID, id);
    headers.put(PREFIX + SOURCE, source);
    headers.put(PREFIX + TYPE, type);
    headers.put(PREFIX + TIME, time.toString());
    headers.put(CONTENT_TYPE, "application/json");
    return headers;
  }

  /**
   * Reads the attributes from a record's headers; headers of others are ignored.
   *
   * @throws InvalidEventException naming the header that is missing or unreadable
   */
  public static CloudEvent fromHeaders(Map<String, String> headers) {
    return of(
        attribute -> headers.get(PREFIX + attribute), attribute -> "header " + PREFIX + attribute);
  }

  /**
   * Reads the attributes from where they stand.
   *
   * @param texts what an attribute says; null where it is not there
   * @param names what an attribute is called in messages
   */
  static CloudEvent of(Function<String, @Nullable String> texts, Function<String, String> names) {
    CloudEvent event =
        new CloudEvent(
            text(ID, texts, names),
            text(SOURCE, texts, names),
            text(TYPE, texts, names),
            instant(text(TIME, texts, names), names.apply(TIME)));
    String version = text(SPEC_VERSION, texts, names);
    if (!version.equals(VERSION)) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER,
          "%s is %s, not %s".formatted(names.apply(SPEC_VERSION), version, VERSION));
    }
    return event;
  }

  private static String text(
      String attribute, Function<String, @Nullable String> texts, Function<String, String> names) {
    @Nullable String value = texts.apply(attribute);
    if (value == null || value.isBlank()) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER, names.apply(attribute) + " is missing or empty");
    }
    return value;
  }

  private static Instant instant(String text, String name) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER, name + " is no RFC 3339 time: " + text, e);
    }
  }
}
