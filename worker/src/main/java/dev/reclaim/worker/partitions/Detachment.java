package dev.reclaim.worker.partitions;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.partitions.WholePartition;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;

/**
 * The statements that take a partition off its table and put it back. Each waits for locks no
 * longer than the application may be made to wait behind it, and can be tried again.
 */
public final class Detachment {
  /** One partition of a table at a time can be on its way; another's way is that long at most. */
  private static final long TURN_WAIT_MS_MAX = 15_000;

  /**
   * Concurrently nobody queues behind us but those who name the partition itself. Longer than
   * {@code deadlock_timeout}, after which an autovacuum makes way.
   */
  private static final String CONCURRENT_LIMITS =
      "SET lock_timeout = '1500ms'; SET statement_timeout = '20s'";

  /** Everybody who comes to the table queues behind us. */
  private static final String EXCLUSIVE_LIMITS =
      "SET LOCAL lock_timeout = '50ms'; SET LOCAL statement_timeout = '10s'";

  private static final String NO_LIMITS = "RESET lock_timeout; RESET statement_timeout";

  private static final String BESIDE_DEFAULT =
      "SELECT partdefid <> 0 FROM pg_partitioned_table WHERE partrelid = CAST(:parent AS oid)";

  private Detachment() {}

  /**
   * Makes the partition a table of its own, from wherever an earlier attempt has left it.
   *
   * @param handle not in a transaction
   */
  public static void detach(Handle handle, WholePartition partition) {
    Turn.at(
        handle,
        partition.parentName(),
        TURN_WAIT_MS_MAX,
        () -> {
          Standing from = Standing.of(handle, partition);
          detach(handle, partition, from);
          return from;
        });
  }

  private static void detach(Handle handle, WholePartition partition, Standing from) {
    switch (from) {
      case ATTACHED -> {
        if (isBesideDefault(handle, partition)) {
          inOneGo(handle, "ALTER TABLE %s DETACH PARTITION %s", partition);
        } else {
          concurrently(handle, "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY", partition);
        }
      }
      case DETACHING ->
          concurrently(handle, "ALTER TABLE %s DETACH PARTITION %s FINALIZE", partition);
      case DETACHED, SOMEBODY_ELSES, GONE -> {
        // Nothing is left to do, or nothing of ours.
      }
    }
  }

  /** Makes the table the partition again that it was; a row that does not fit is an error. */
  static void attach(Handle handle, WholePartition partition) {
    inOneGo(handle, "ALTER TABLE %s ATTACH PARTITION %s " + partition.bound(), partition);
  }

  /** Drops the detached table, in the transaction of the handle. */
  public static void drop(Handle handle, WholePartition partition) {
    execute(handle, "DROP TABLE " + partition.name());
  }

  static void execute(Handle handle, String sql) {
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static boolean isBesideDefault(Handle handle, WholePartition partition) {
    return handle
        .createQuery(BESIDE_DEFAULT)
        .bind("parent", partition.parent())
        .mapTo(Boolean.class)
        .one();
  }

  private static void concurrently(Handle handle, String sql, WholePartition partition) {
    execute(handle, CONCURRENT_LIMITS);
    try {
      execute(handle, sql.formatted(partition.parentName(), partition.name()));
    } finally {
      execute(handle, NO_LIMITS);
    }
  }

  private static void inOneGo(Handle handle, String sql, WholePartition partition) {
    handle.useTransaction(
        transaction -> {
          execute(transaction, EXCLUSIVE_LIMITS);
          execute(transaction, sql.formatted(partition.parentName(), partition.name()));
        });
  }
}
