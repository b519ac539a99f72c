package dev.reclaim.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as people type them; what cannot be one is answered with an example. */
final class Converters {
  private Converters() {}

  /** A point in time. */
  static final class OfInstant implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no time like 2026-11-21T02:00:00Z".formatted(text));
      }
    }
  }

  /** A length of time above zero. */
  static final class OfDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        Duration duration = Duration.parse(text);
        if (duration.isNegative() || duration.isZero()) {
          throw new TypeConversionException(
              "'%s' leaves no time: name some, like PT30M".formatted(text));
        }
        return duration;
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no duration like PT30M or PT1H30M".formatted(text));
      }
    }
  }
}
