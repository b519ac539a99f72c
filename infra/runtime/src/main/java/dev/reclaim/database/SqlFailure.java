package dev.reclaim.database;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kind of failure an error of the database is, and so who has to act.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error
 *     Codes</a>
 */
public enum SqlFailure {
  /** The database is away, overloaded, or says something unknown: wait, whoever asks. */
  SYSTEMIC,
  /** Somebody else was in the way for a moment: try again. */
  CONTENTION,
  /** The row is refused by a constraint, or by code of the application such as a trigger. */
  ROW_REFUSED,
  /** A value cannot be what the statement wants it to be. */
  DATA,
  /** A table or column is gone, or a right is missing. */
  POLICY;

  /**
   * Classes that PostgreSQL knows, with those of constraints, triggers and their languages left
   * out. A state of any other class was chosen by whoever wrote a trigger.
   */
  private static final Set<String> SERVER_CLASSES =
      Set.of(
          "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21",
          "22", "24", "25", "26", "28", "2B", "2D", "34", "3B", "3D", "3F", "40", "42", "53", "54",
          "55", "57", "58", "72", "F0", "HV", "XX");

  private static final Set<String> DATA_CLASSES = Set.of("21", "22", "54");
  private static final Set<String> POLICY_CLASSES = Set.of("0A", "42");

  private static final Set<String> CONTENTION_STATES = Set.of("40001", "40P01", "55P03", "57014");

  /** Looks for the first SQL state in the chain of causes. */
  public static SqlFailure of(Throwable failure) {
    @Nullable String state = state(failure);
    if (state == null) {
      return SYSTEMIC;
    }
    if (CONTENTION_STATES.contains(state)) {
      return CONTENTION;
    }
    String stateClass = state.substring(0, Math.min(2, state.length()));
    if (!SERVER_CLASSES.contains(stateClass)) {
      return ROW_REFUSED;
    }
    if (DATA_CLASSES.contains(stateClass)) {
      return DATA;
    }
    return POLICY_CLASSES.contains(stateClass) ? POLICY : SYSTEMIC;
  }

  private static @Nullable String state(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }
}
