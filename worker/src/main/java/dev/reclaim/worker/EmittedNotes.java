package dev.reclaim.worker;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the ledgers, in batches, which outcomes are on their topic. A note that is lost costs
 * one more sending, which its reader drops.
 *
 * <p>They are written on a thread of their own: a database that does not answer holds up nobody.
 */
final class EmittedNotes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmittedNotes.class);
  private static final long CLOSE_MS_MAX = 5_000;

  private final Databases databases;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          work -> new Thread(work, "emitted-notes"),
          new ThreadPoolExecutor.DiscardPolicy());
  private Map<String, List<EventIdentity>> waiting = new HashMap<>();

  EmittedNotes(Databases databases) {
    this.databases = databases;
  }

  synchronized void add(Settled settled) {
    waiting
        .computeIfAbsent(settled.database(), database -> new ArrayList<>())
        .add(settled.outcome().event());
  }

  /** Has what is waiting written, soon. */
  void flushSoon() {
    thread.execute(this::flush);
  }

  /** Writes what is waiting, as far as that goes within {@value #CLOSE_MS_MAX} ms. */
  @Override
  public void close() {
    flushSoon();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MS_MAX, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread.shutdownNow();
    }
  }

  /** Writes what is waiting. */
  void flush() {
    Map<String, List<EventIdentity>> batch = take();
    batch.forEach(
        (database, events) -> {
          try {
            databases
                .get(database)
                .inTransaction(
                    handle -> {
                      Ledger.emitted(handle, events);
                      return events.size();
                    });
          } catch (JdbiException | DatabaseException e) {
            LOG.warn(
                "{} emitted outcomes of database {} could not be noted; they may be sent again: {}",
                events.size(),
                database,
                e.getMessage());
          }
        });
  }

  private synchronized Map<String, List<EventIdentity>> take() {
    Map<String, List<EventIdentity>> taken = waiting;
    waiting = new HashMap<>();
    return taken;
  }
}
