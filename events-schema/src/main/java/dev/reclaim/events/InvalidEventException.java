package dev.reclaim.events;

/**
 * An event that cannot be understood or carried out, whoever reads it and however often: it belongs
 * among the dead letters.
 */
public final class InvalidEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  /** An event that is {@link Refusal#UNREADABLE}. */
  public InvalidEventException(String message) {
    this(Refusal.UNREADABLE, message);
  }

  /** An event that is {@link Refusal#UNREADABLE}. */
  public InvalidEventException(String message, Throwable cause) {
    this(Refusal.UNREADABLE, message, cause);
  }

  public InvalidEventException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  public InvalidEventException(Refusal refusal, String message, Throwable cause) {
    super(message, cause);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
