package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.ledger.Unemitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what was committed and not said, because a worker was killed in between and the event's
 * offset moved all the same, or because the note of it was lost. Who counts drops what it knows.
 */
final class Sweeper implements Runnable {
  /** Age of what is swept: whoever has committed says it well before. */
  static final Duration AFTER = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

  private final Databases databases;
  private final OutcomePublisher outcomes;
  private final Absences absences;
  private final Duration after;
  private final Map<String, Long> overdue = new ConcurrentHashMap<>();

  Sweeper(Databases databases, OutcomePublisher outcomes, Absences absences, Duration after) {
    this.databases = databases;
    this.outcomes = outcomes;
    this.absences = absences;
    this.after = after;
  }

  /** Sweeps every database once. */
  @Override
  public void run() {
    for (Database database : databases.all()) {
      if (!absences.length(Backends.database(database.name())).isZero()) {
        continue;
      }
      try {
        sweep(database);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException | JdbiException | DatabaseException | KafkaException e) {
        LOG.warn("the ledger of {} could not be swept: {}", database, e.toString());
      }
    }
  }

  private void sweep(Database database) throws InterruptedException, SQLException {
    try (Handle handle = database.jdbi().open()) {
      long late = Unemitted.overdue(handle);
      overdue.put(database.name(), late);
      if (late > 0) {
        LOG.error(
            "{} outcomes of {} have not been said for more than {} h: after {} d they are taken for"
                + " late, and only `reclaim metrics rebuild` counts them",
            late,
            database,
            Unemitted.REMEMBERED.dividedBy(4).toHours(),
            Unemitted.REMEMBERED.toDays());
      }
      int said = Unemitted.sweep(handle, database.name(), after, this::say);
      if (said > 0) {
        LOG.info("{} outcomes of {} were committed and not said; now they are", said, database);
      }
    }
  }

  /** Outcomes of each database that should have been said long before the last sweep. */
  Map<String, Long> overdue() {
    return Map.copyOf(overdue);
  }

  private List<EventIdentity> say(List<Settled> events) throws InterruptedException {
    Queue<EventIdentity> arrived = new ConcurrentLinkedQueue<>();
    CountDownLatch left = new CountDownLatch(events.size());
    for (Settled event : events) {
      outcomes.publish(event, new Said(event, arrived, left));
    }
    left.await();
    return List.copyOf(arrived);
  }

  private record Said(Settled event, Queue<EventIdentity> arrived, CountDownLatch left)
      implements OutcomePublisher.End {
    @Override
    public void published() {
      arrived.add(event.outcome().event());
      left.countDown();
    }

    @Override
    public void failed(Exception why) {
      LOG.warn("{} could not be said: {}", event.outcome().event(), why.toString());
      left.countDown();
    }
  }
}
