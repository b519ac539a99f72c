package dev.reclaim.policy;

import java.util.Comparator;

/**
 * Something about a policy file that somebody has to know: a mistake in it, or where it does not
 * fit the databases and stores it speaks of.
 *
 * @param mend what to do about it; empty where {@code what} says so itself
 */
public record Problem(Place place, Subject subject, Severity severity, String what, String mend) {
  /** By place in the file; at one place as they were found. */
  public static final Comparator<Problem> BY_PLACE = Comparator.comparing(Problem::place);

  /** How much a problem matters. */
  public enum Severity {
    /** Nothing starts with it. */
    ERROR,
    /** Something will not go as the file says, and no data is lost by it. */
    WARNING,
    /** Worth knowing; nothing has to be done. */
    NOTE
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** One line: {@code file:line:column: policy "x": what; mend}. */
  public String line() {
    String grade =
        switch (severity) {
          case ERROR -> "";
          case WARNING -> "warning: ";
          case NOTE -> "note: ";
        };
    String before = place + ": " + grade + subject.lead() + what;
    return mend.isEmpty() ? before : before + "; " + mend;
  }

  /** What is wrong; what it is of is said where that is no policy. */
  public String statement() {
    return subject.policy().isPresent() ? what : subject.lead() + what;
  }
}
