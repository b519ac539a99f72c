package dev.reclaim.events;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event as it came in a record, in either of CloudEvents' modes: binary, its attributes in
 * headers beside the value, or structured, all of it in a value of the type {@value #STRUCTURED}.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding for CloudEvents</a>
 */
public final class Envelope {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String ANY_CLOUD_EVENT = "application/cloudevents";
  private static final String JSON = "application/json";
  private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset=\"?([^\";\\s]*)");

  private final CloudEvent event;
  private final Function<Class<?>, Object> data;

  private Envelope(CloudEvent event, Function<Class<?>, Object> data) {
    this.event = event;
    this.data = data;
  }

  /**
   * Opens a record.
   *
   * @throws InvalidEventException when it is no event in a mode that is understood; says why
   */
  public static Envelope open(Map<String, String> headers, byte[] value) {
    String type = mediaType(headers.get(CloudEvent.CONTENT_TYPE));
    if (type.equals(STRUCTURED)) {
      return structured(headers, value);
    }
    if (type.startsWith(ANY_CLOUD_EVENT)) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER,
          "content-type is %s: an event travels alone, in binary mode or as %s"
              .formatted(type, STRUCTURED));
    }
    requireJson("content-type", type);
    CloudEvent event = CloudEvent.fromHeaders(headers);
    return new Envelope(event, payload -> EventCodec.decode(value, payload));
  }

  private static Envelope structured(Map<String, String> headers, byte[] value) {
    JsonNode whole = EventCodec.decode(value, JsonNode.class);
    if (!whole.isObject()) {
      throw new InvalidEventException(
          "the value is no JSON object, as %s is".formatted(STRUCTURED));
    }
    if (whole.has("data_base64")) {
      throw new InvalidEventException("data_base64 is not understood: say the claim as \"data\"");
    }
    requireJson("datacontenttype", mediaType(text(whole, "datacontenttype")));
    JsonNode data = whole.path("data");
    if (!data.isObject()) {
      throw new InvalidEventException("data is missing or no JSON object");
    }
    CloudEvent event =
        CloudEvent.of(
            attribute -> text(whole, attribute), attribute -> attribute + " of the value");
    requireNoOtherWord(headers, event);
    return new Envelope(event, payload -> EventCodec.decodeTree(data, payload));
  }

  /** Attributes may be repeated as headers; of two that differ, which one is meant is a guess. */
  private static void requireNoOtherWord(Map<String, String> headers, CloudEvent event) {
    for (String attribute : List.of("id", "source", "type")) {
      String name = CloudEvent.PREFIX + attribute;
      @Nullable String said = headers.get(name);
      if (said != null && !said.equals(event.headers().get(name))) {
        throw new InvalidEventException(
            Refusal.INVALID_HEADER,
            "header %s and %s of the value differ: leave the header out"
                .formatted(name, attribute));
      }
    }
  }

  private static @Nullable String text(JsonNode whole, String attribute) {
    JsonNode text = whole.path(attribute);
    return text.isString() ? text.stringValue() : null;
  }

  private static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return JSON;
    }
    Matcher charset = CHARSET.matcher(contentType);
    if (charset.find() && !charset.group(1).equalsIgnoreCase("utf-8")) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER, "charset is %s: it has to be utf-8".formatted(charset.group(1)));
    }
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static void requireJson(String attribute, String type) {
    if (!type.equals(JSON)) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER,
          "%s is %s: what is claimed has to be %s".formatted(attribute, type, JSON));
    }
  }

  public CloudEvent event() {
    return event;
  }

  /**
   * What the event says.
   *
   * @throws InvalidEventException when it is no {@code payload}; says where
   */
  public <T> T data(Class<T> payload) {
    return payload.cast(data.apply(payload));
  }
}
