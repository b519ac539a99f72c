package dev.reclaim.worker;

import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a record is given up.
 *
 * @param event empty where its identity cannot be read
 * @param attempts 1 at least
 */
record LaidAside(Optional<EventIdentity> event, RuntimeException failure, int attempts) {
  Refusal refusal() {
    return failure instanceof InvalidEventException invalid
        ? invalid.refusal()
        : Refusal.POLICY_MISFIT;
  }

  /** In words; nothing of what a row says. */
  String reason() {
    if (failure instanceof InvalidEventException) {
      return String.valueOf(failure.getMessage());
    }
    @Nullable SQLException error = sqlException(failure);
    if (error == null) {
      return failure.getClass().getSimpleName();
    }
    String told =
        SqlFailure.of(failure) == SqlFailure.POLICY
            ? ", " + String.valueOf(error.getMessage()).lines().findFirst().orElse("")
            : "";
    return "the policy does not fit its table any more: SQL state %s%s"
        .formatted(error.getSQLState(), told);
  }

  /** The type of the deepest cause and its SQL state, where it has one; no more of what it says. */
  static String innermost(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    @Nullable SQLException error = sqlException(failure);
    String state = error == null ? "" : ", SQL state " + error.getSQLState();
    return root.getClass().getSimpleName() + state;
  }

  private static @Nullable SQLException sqlException(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException error && error.getSQLState() != null) {
        return error;
      }
    }
    return null;
  }
}
