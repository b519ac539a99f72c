package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has every ledger's coming partitions made while a worker runs on for months. */
final class LedgerUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerUpkeep.class);
  private static final long EVERY_HOURS = 6;

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
            upkeep::prepare, EVERY_HOURS, EVERY_HOURS, TimeUnit.HOURS);
    return upkeep;
  }

  private void prepare() {
    for (Database database : databases.all()) {
      try {
        Databases.prepareLedger(database);
      } catch (JdbiException | DatabaseException e) {
        LOG.warn(
            "the ledger of {} could not be prepared for the days to come: {}",
            database,
            e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
