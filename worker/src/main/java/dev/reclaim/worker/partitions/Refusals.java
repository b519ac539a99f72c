package dev.reclaim.worker.partitions;

import dev.reclaim.database.SqlFailure;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an error of the statements about a partition means for it. */
final class Refusals {
  /** Another partition of the table is on its way, or a default one has come. */
  private static final String NOT_NOW = "55000";

  /** Something depends on the table. */
  private static final String NEEDED = "2BP01";

  private Refusals() {}

  /** Whether somebody was in the way, so that it may be tried again. */
  static boolean isContention(RuntimeException failure) {
    return SqlFailure.of(failure) == SqlFailure.CONTENTION || state(failure).equals(NOT_NOW);
  }

  /** Why the database does not give the partition up; empty where it is only away. */
  static Optional<String> reason(RuntimeException failure) {
    boolean refused =
        switch (SqlFailure.of(failure)) {
          case POLICY, DATA, ROW_REFUSED -> true;
          case CONTENTION, SYSTEMIC -> state(failure).equals(NEEDED);
        };
    return refused ? Optional.of("SQL state " + state(failure)) : Optional.empty();
  }

  private static String state(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }
}
