package dev.reclaim.events;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Records to JSON and back. Times are ISO 8601 texts, sizes are bytes; members that a reader does
 * not know are ignored, values that it does not know, or of another type than they have to be, are
 * errors. Thread-safe.
 */
public final class EventCodec {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .withCoercionConfig(LogicalType.Textual, EventCodec::neverConvert)
          .addModule(new SimpleModule().addDeserializer(Instant.class, new InstantFromText()))
          .build();

  private EventCodec() {}

  /** A number is never taken for a text: which of its digits were said is a guess. */
  private static void neverConvert(MutableCoercionConfig coercion) {
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      coercion.setCoercion(shape, CoercionAction.Fail);
    }
  }

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
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      return cause.getMessage();
    }
    return e instanceof MismatchedInputException wrong && wrong.getTargetType() != null
        ? place(wrong) + " has to be " + kind(wrong.getTargetType())
        : e.getOriginalMessage();
  }

  /** Like {@code files[2].size}. */
  private static String place(JacksonException e) {
    StringBuilder place = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return place.isEmpty() ? "it" : place.toString();
  }

  private static String kind(Class<?> type) {
    if (type == String.class) {
      return "a text";
    }
    if (type == Instant.class) {
      return "a time with its offset, like 2026-10-01T00:00:00Z";
    }
    if (type == Long.class || type == long.class || type == Integer.class || type == int.class) {
      return "a whole number";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return type.isRecord() ? "an object" : "a " + type.getSimpleName() + " that is known";
  }
}
