package dev.reclaim.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of the records' members; a failure says which member and what was expected. */
final class Require {
  private Require() {}

  static void present(String member, @Nullable Object value) {
    that(value != null, "%s is missing", member);
  }

  static void text(String member, @Nullable String value) {
    that(value != null && !value.isBlank(), "%s is missing or empty", member);
  }

  static void size(String member, @Nullable List<?> values, int max) {
    that(values != null && !values.isEmpty(), "%s is missing or empty", member);
    if (values != null && values.size() > max) {
      throw new TooManyException(
          "%s holds more than %d entries, the most one event may carry".formatted(member, max));
    }
  }

  static void that(boolean holds, String message, Object... details) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(message, details));
    }
  }

  /** A list that is longer than an event may carry. */
  static final class TooManyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TooManyException(String message) {
      super(message);
    }
  }
}
