package dev.reclaim.cli;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.metrics.MetricsView;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The two accounts that the pipeline keeps itself, read back from where anyone can read them. */
final class DemoAccounts {
  private static final String LEDGER =
      """
      SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(files), 0) AS files, coalesce(sum(bytes), 0) AS bytes
        FROM reclaim.ledger
      """;
  private static final long POLL_MS = 100;

  private DemoAccounts() {}

  /** The sum of all ledgers. */
  static Account ledger(Databases databases) {
    Account sum = Account.NOTHING;
    for (Database database : databases.all()) {
      sum =
          sum.plus(
              database
                  .jdbi()
                  .withHandle(
                      handle ->
                          handle
                              .createQuery(LEDGER)
                              .map(
                                  (row, context) ->
                                      new Account(
                                          row.getLong("rows"),
                                          row.getLong("files"),
                                          row.getLong("bytes")))
                              .one()));
    }
    return sum;
  }

  /**
   * The sum over all policies and all time on the metrics topic, once it is as expected or patience
   * ends.
   */
  static Account metrics(MetricsView view, Account expected, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Account sum = sum(view);
    while (!sum.equals(expected) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
      sum = sum(view);
    }
    return sum;
  }

  private static Account sum(MetricsView view) {
    Account sum = Account.NOTHING;
    for (ReclaimedSpace space : view.snapshot().values()) {
      if (space.window() == MetricsWindow.ALL && !space.labelled()) {
        sum =
            sum.plus(
                new Account(
                    space.reclaimed().rows(),
                    space.reclaimed().files(),
                    space.reclaimed().bytes()));
      }
    }
    return sum;
  }
}
