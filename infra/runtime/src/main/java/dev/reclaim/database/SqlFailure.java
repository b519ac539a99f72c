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
  /** The row is refused by a constraint or a trigger. */
  ROW_REFUSED,
  /** A value cannot be what the statement wants it to be. */
  DATA,
  /** A table or column is gone, or a right is missing. */
  POLICY;

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
    if (state.startsWith("23") || state.equals("P0001")) {
      return ROW_REFUSED;
    }
    if (state.startsWith("22")) {
      return DATA;
    }
    return state.startsWith("42") ? POLICY : SYSTEMIC;
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
