package dev.reclaim.planner;

import dev.reclaim.database.VacuumRight;
import dev.reclaim.policy.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A session that vacuums, while no other of Reclaim's does so in the same database.
 *
 * <p>A table that somebody alters or vacuums is not waited for longer than {@value #LOCK_SECONDS}
 * seconds. The empty end of a table is not cut off, because that would lock out readers, those of
 * replicas too.
 */
final class VacuumSession {
  static final int LOCK_SECONDS = 5;

  /** How long another vacuum of ours is waited for. */
  private static final Duration OTHERS_MAX = Duration.ofMinutes(10);

  /** How long one table may take. */
  private static final Duration TABLE_MAX = Duration.ofHours(6);

  private static final long POLL_MS = 500;

  private static final String SIT_DOWN =
      "SET lock_timeout = '%d s'; SET statement_timeout = '%d s'"
          .formatted(LOCK_SECONDS, TABLE_MAX.toSeconds());

  private static final String GET_UP = "RESET lock_timeout; RESET statement_timeout";

  /** Asked for again and again: who waits for a lock holds a snapshot, and vacuums heed it. */
  private static final String TAKE = "SELECT pg_try_advisory_lock(hashtext('reclaim.vacuum'))";

  private static final String LEAVE = "SELECT pg_advisory_unlock(hashtext('reclaim.vacuum'))";

  private final Handle handle;

  VacuumSession(Handle handle) {
    this.handle = handle;
  }

  /** Vacuums the tables one after another; what is to be said of it. */
  List<String> vacuum(List<TableName> tables) throws SQLException, InterruptedException {
    if (!take()) {
      return List.of(
          "not vacuumed: another vacuum of Reclaim's took longer than %d min"
              .formatted(OTHERS_MAX.toMinutes()));
    }
    ExecutorService thread = Executors.newSingleThreadExecutor(VacuumSession::daemon);
    Connection connection = handle.getConnection();
    int timeoutMs = connection.getNetworkTimeout();
    List<String> notes = new ArrayList<>();
    try {
      connection.setNetworkTimeout(Runnable::run, (int) TABLE_MAX.toMillis());
      handle.execute(SIT_DOWN);
      for (TableName table : tables) {
        vacuum(connection, table, thread).ifPresent(notes::add);
      }
    } finally {
      thread.shutdownNow();
      leave(connection, timeoutMs);
    }
    return notes;
  }

  private boolean take() throws InterruptedException {
    long end = System.nanoTime() + OTHERS_MAX.toNanos();
    while (!handle.createQuery(TAKE).mapTo(Boolean.class).one()) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    return true;
  }

  private void leave(Connection connection, int timeoutMs) throws SQLException {
    handle.execute(GET_UP);
    handle.execute(LEAVE);
    connection.setNetworkTimeout(Runnable::run, timeoutMs);
  }

  private Optional<String> vacuum(Connection connection, TableName table, ExecutorService thread)
      throws SQLException, InterruptedException {
    if (!VacuumRight.isHeld(handle, table)) {
      return Optional.of(
          "%s was not vacuumed: the right to is missing, which validate names".formatted(table));
    }
    try (Statement statement = connection.createStatement()) {
      run(statement, "VACUUM (ANALYZE, TRUNCATE false) " + table.sql(), thread);
      return Optional.ofNullable(statement.getWarnings())
          .map(SQLWarning::getMessage)
          .map(warning -> "%s: %s".formatted(table, warning));
    } catch (SQLException e) {
      return Optional.of("%s was not vacuumed: %s".formatted(table, VacuumAfter.firstLine(e)));
    }
  }

  /** On a thread of its own, so that it can be cancelled when this one is to end. */
  private static void run(Statement statement, String sql, ExecutorService thread)
      throws SQLException, InterruptedException {
    Future<Boolean> running = thread.submit(() -> statement.execute(sql));
    try {
      running.get();
    } catch (InterruptedException e) {
      statement.cancel();
      throw e;
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      throw cause instanceof SQLException sqlCause ? sqlCause : new SQLException(cause);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "vacuum");
    thread.setDaemon(true);
    return thread;
  }
}
