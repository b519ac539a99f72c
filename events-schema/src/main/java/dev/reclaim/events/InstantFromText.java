package dev.reclaim.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads a time with its offset, RFC 3339, and nothing else: a number could be seconds or
 * milliseconds.
 */
final class InstantFromText extends StdDeserializer<Instant> {
  InstantFromText() {
    super(Instant.class);
  }

  @Override
  public Instant deserialize(JsonParser parser, DeserializationContext context) {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      return (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
    String text = parser.getString();
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return (Instant)
          context.handleWeirdStringValue(Instant.class, text, "it is no time of RFC 3339");
    }
  }
}
