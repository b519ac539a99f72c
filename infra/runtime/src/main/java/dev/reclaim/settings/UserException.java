package dev.reclaim.settings;

import org.jspecify.annotations.Nullable;

/**
 * A mistake or a circumstance that the operator can mend: the message alone is shown, in one line
 * that says what, where and the mend. Never wraps a mistake of ours.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a script learns from the exit code. */
  public enum Kind {
    /** The command could not be carried out; trying again may help. */
    FAILED(1),
    /** The command or a file it names is wrong; trying again is pointless. */
    USAGE(2),
    /** Somebody has to look and approve first. */
    WAITING(3);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  public UserException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public UserException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
