package dev.reclaim.worker.partitions;

import dev.reclaim.database.DatabaseException;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Being the only worker at one table, as long as the session lives: an advisory lock, so that the
 * application never meets it. It is asked for again and again rather than waited for, because who
 * waits in the database holds up others who detach.
 */
final class Turn {
  private static final long ASK_EVERY_MS = 25;

  private static final String TRY = "SELECT pg_try_advisory_lock(hashtextextended(:what, 0))";
  private static final String END = "SELECT pg_advisory_unlock(hashtextextended(:what, 0))";

  private Turn() {}

  /**
   * Waits for the turn and does the work in it. A session that is lost has lost its turn, too.
   *
   * @throws DatabaseException of the kind contention when the turn does not come
   */
  static <T> T at(Handle handle, String table, long waitMsMax, Supplier<T> work) {
    String what = "reclaim.partition " + table;
    long started = System.nanoTime();
    while (!ask(handle, TRY, what)) {
      if ((System.nanoTime() - started) / 1_000_000 > waitMsMax) {
        throw contention("another worker is at " + table);
      }
      pause(ASK_EVERY_MS);
    }
    T done;
    try {
      done = work.get();
    } catch (RuntimeException failure) {
      end(handle, what, failure);
      throw failure;
    }
    ask(handle, END, what);
    return done;
  }

  /**
   * Waits about so long.
   *
   * @throws DatabaseException of the kind contention when interrupted
   */
  static void pause(long millis) {
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw contention("interrupted while waiting for a partition");
    }
  }

  private static void end(Handle handle, String what, RuntimeException failure) {
    try {
      ask(handle, END, what);
    } catch (RuntimeException lost) {
      failure.addSuppressed(lost);
    }
  }

  private static DatabaseException contention(String why) {
    return new DatabaseException(new SQLException(why, "55P03"));
  }

  private static boolean ask(Handle handle, String sql, String what) {
    return handle.createQuery(sql).bind("what", what).mapTo(Boolean.class).one();
  }
}
