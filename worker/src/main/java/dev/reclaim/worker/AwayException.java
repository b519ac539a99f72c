package dev.reclaim.worker;

import org.jspecify.annotations.Nullable;

/** What a claim needs does not answer, or must not be used at present: it has to wait. */
final class AwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final boolean soon;

  private AwayException(String what, String reason, boolean soon, @Nullable Throwable cause) {
    super(what + " is away: " + reason, cause);
    this.what = what;
    this.soon = soon;
  }

  /** It may be back at any moment. */
  static AwayException forNow(String what, String reason, @Nullable Throwable cause) {
    return new AwayException(what, reason, true, cause);
  }

  /** It has been tried for long enough. */
  static AwayException overdue(String what, String reason) {
    return new AwayException(what, reason, false, null);
  }

  /** People have to mend it. */
  static AwayException untilMended(String what, String reason, Throwable cause) {
    return new AwayException(what, reason, false, cause);
  }

  /** What is away, like {@code database:main}. */
  String what() {
    return what;
  }

  /** Whether trying for a while has any sense. */
  boolean soon() {
    return soon;
  }
}
