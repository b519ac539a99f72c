package dev.reclaim.cli;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.cli.demo.Label;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.metrics.MetricsView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The two accounts that the pipeline keeps itself, read back from where anyone can read them. */
final class DemoAccounts {
  private static final String LEDGER =
      """
      SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(files), 0) AS files, coalesce(sum(bytes), 0) AS bytes
        FROM reclaim.ledger
      """;
  private static final String LEDGER_BY_LABEL =
      "SELECT policy, label, value, rows, files, bytes FROM reclaim.cleanup_by_label";
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
    return await(() -> sum(view), expected, patience);
  }

  /** What all ledgers have by labels. */
  static Map<Label, Account> ledgerByLabel(Databases databases) {
    Map<Label, Account> sums = new HashMap<>();
    for (Database database : databases.all()) {
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createQuery(LEDGER_BY_LABEL)
                      .map(
                          (row, context) ->
                              Map.entry(
                                  new Label(
                                      row.getString("policy"),
                                      row.getString("label"),
                                      row.getString("value")),
                                  new Account(
                                      row.getLong("rows"),
                                      row.getLong("files"),
                                      row.getLong("bytes"))))
                      .forEach(sum -> sums.merge(sum.getKey(), sum.getValue(), Account::plus)));
    }
    return sums;
  }

  /** What the metrics topic has by labels for all time, likewise. */
  static Map<Label, Account> metricsByLabel(
      MetricsView view, Map<Label, Account> expected, Duration patience)
      throws InterruptedException {
    return await(() -> sumsByLabel(view), expected, patience);
  }

  private static <T> T await(Supplier<T> sums, T expected, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    T sum = sums.get();
    while (!sum.equals(expected) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
      sum = sums.get();
    }
    return sum;
  }

  private static Map<Label, Account> sumsByLabel(MetricsView view) {
    Map<Label, Account> sums = new HashMap<>();
    for (ReclaimedSpace space : view.snapshot().values()) {
      if (space.window() == MetricsWindow.ALL) {
        space
            .labels()
            .forEach(
                (name, value) ->
                    sums.merge(
                        new Label(space.policy(), name, value), account(space), Account::plus));
      }
    }
    return sums;
  }

  private static Account account(ReclaimedSpace space) {
    return new Account(
        space.reclaimed().rows(), space.reclaimed().files(), space.reclaimed().bytes());
  }

  private static Account sum(MetricsView view) {
    Account sum = Account.NOTHING;
    for (ReclaimedSpace space : view.snapshot().values()) {
      if (space.window() == MetricsWindow.ALL && !space.labelled()) {
        sum = sum.plus(account(space));
      }
    }
    return sum;
  }
}
