package dev.reclaim.events;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
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
      return structured(value);
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

  private static Envelope structured(byte[] value) {
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
    return new Envelope(event, payload -> EventCodec.decode(data, payload));
  }

  private static @Nullable String text(JsonNode whole, String attribute) {
    JsonNode text = whole.path(attribute);
    return text.isString() ? text.stringValue() : null;
  }

  private static String mediaType(@Nullable String contentType) {
    return contentType == null
        ? JSON
        : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
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
