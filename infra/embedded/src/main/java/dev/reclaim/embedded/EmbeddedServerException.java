package dev.reclaim.embedded;

import org.jspecify.annotations.Nullable;

/** A server that could not start or stop; the message says what, where, and how to mend it. */
public final class EmbeddedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedServerException(String message) {
    super(message);
  }

  EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
