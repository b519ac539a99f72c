package dev.reclaim.events;

/**
 * An event that cannot be understood, whoever reads it and however often: it belongs among the dead
 * letters.
 */
public final class InvalidEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidEventException(String message) {
    super(message);
  }

  public InvalidEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
