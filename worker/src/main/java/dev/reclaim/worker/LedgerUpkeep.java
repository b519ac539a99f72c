package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.database.LedgerRetention;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every ledger's coming partitions made while a worker runs on for months, and those dropped
 * that are older than the ledger is kept.
 */
final class LedgerUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerUpkeep.class);
  private static final Duration FIRST_AFTER = Duration.ofMinutes(5);
  private static final Duration EVERY = Duration.ofHours(6);

  /** Most months dropped in one go: a transaction each, and other work between them. */
  private static final int MONTHS_MAX = 24;

  private final Databases databases;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "ledger-upkeep"));

  private LedgerUpkeep(Databases databases) {
    this.databases = databases;
  }

  static LedgerUpkeep start(Databases databases) {
    LedgerUpkeep upkeep = new LedgerUpkeep(databases);
    var unused =
        upkeep.timer.scheduleWithFixedDelay(
            upkeep::keep, FIRST_AFTER.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return upkeep;
  }

  private void keep() {
    for (Database database : databases.all()) {
      try {
        Databases.prepareLedger(database);
        drop(database);
      } catch (JdbiException | DatabaseException e) {
        LOG.warn(
            "the ledger of {} could not be kept, trying again later: {}", database, e.getMessage());
      }
    }
  }

  /** Until no month is due any more, or one has to stay. */
  private static void drop(Database database) {
    LedgerRetention retention = new LedgerRetention(database, database.keepLedger());
    for (int months = 0; months < MONTHS_MAX; months++) {
      LedgerRetention.Step step = retention.dropOldest();
      if (step instanceof LedgerRetention.Step.Dropped dropped) {
        LOG.info("the ledger of {} keeps {} as sums only from now on", database, dropped.month());
        continue;
      }
      if (step instanceof LedgerRetention.Step.Refused refused) {
        LOG.warn(
            "the ledger of {} keeps {} longer than it should: {}",
            database,
            refused.month(),
            refused.why());
      }
      return;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
