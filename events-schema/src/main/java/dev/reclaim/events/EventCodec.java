package dev.reclaim.events;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records to JSON and back. Times are ISO 8601 texts, sizes are bytes; members that a reader does
 * not know are ignored, values that it does not know are errors. Thread-safe.
 */
public final class EventCodec {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private EventCodec() {}

  /** UTF-8 JSON of a record of this package. */
  public static byte[] encode(Object event) {
    return MAPPER.writeValueAsBytes(event);
  }

  /**
   * Reads a record from UTF-8 JSON.
   *
   * @throws InvalidEventException when the bytes are no JSON, or the JSON is no {@code type}; says
   *     where
   */
  public static <T> T decode(byte[] value, Class<T> type) {
    try {
      T event = MAPPER.readValue(value, type);
      if (event == null) {
        throw new InvalidEventException("the value is the JSON null");
      }
      return event;
    } catch (JacksonException e) {
      throw new InvalidEventException(
          e.getCause() instanceof Require.TooManyException ? Refusal.TOO_LARGE : Refusal.UNREADABLE,
          "the value is no " + type.getSimpleName() + ": " + words(e),
          e);
    }
  }

  /**
   * Reads a record from JSON that was read before.
   *
   * @throws InvalidEventException when the JSON is no {@code type}; says where
   */
  static <T> T decode(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JacksonException e) {
      throw new InvalidEventException(
          "the value is no " + type.getSimpleName() + ": " + words(e), e);
    }
  }

  private static String words(JacksonException e) {
    Throwable cause = e.getCause();
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : e.getOriginalMessage();
  }
}
