package dev.reclaim.audit;

import dev.reclaim.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Reads ledgers into entries, each in one statement and so as of one moment. */
final class LedgerReading {
  /** Longer than any transaction that writes the ledger takes. */
  static final Duration TRANSACTION_MAX = Duration.ofMinutes(15);

  private static final int FETCH_ROWS = 5_000;

  private static final String ROWS =
      """
      SELECT planned_on::text, source, id, policy, run, rows, files, bytes,
             (outcome #>> '{counts,deleted}')::bigint AS deleted, (outcome #>> '{counts,marked}')::bigint AS marked,
             emitted_at IS NOT NULL AS said,
             outcome -> 'reclaimed' = jsonb_build_object('rows', rows, 'files', files, 'bytes', bytes) AS whole,
             (extract(epoch FROM completed_at) * 1000000)::bigint AS completed
        FROM reclaim.ledger
       WHERE completed_at >= to_timestamp(?) AND (?::text[] IS NULL OR policy = ANY (?))
      """;

  private final Groups groups;
  private final Set<String> policies;
  private final Spill into;

  /**
   * Reads nothing yet.
   *
   * @param policies all where there is none
   */
  LedgerReading(Groups groups, Set<String> policies, Spill into) {
    this.groups = groups;
    this.policies = policies;
    this.into = into;
  }

  /**
   * Reads all of a ledger.
   *
   * @param number stands for the database in the entries
   * @param begun counted down as soon as what is read is fixed
   */
  void read(Database database, int number, CountDownLatch begun) {
    try {
      rows(database, number, Instant.EPOCH, 0, begun);
    } finally {
      begun.countDown();
    }
  }

  /** Reads what may have been committed since that moment. */
  void readSince(Database database, int number, Instant moment) {
    rows(database, number, moment.minus(TRANSACTION_MAX), Entry.NEW, new CountDownLatch(1));
  }

  private void rows(
      Database database, int number, Instant since, long flags, CountDownLatch begun) {
    long unused =
        database.inTransaction(
            handle -> {
              Connection connection = handle.getConnection();
              try (PreparedStatement select = connection.prepareStatement(ROWS)) {
                var names = connection.createArrayOf("text", policies.toArray());
                select.setLong(1, since.getEpochSecond());
                select.setArray(2, policies.isEmpty() ? null : names);
                select.setArray(3, names);
                select.setFetchSize(FETCH_ROWS);
                return rows(select, number, flags, begun);
              }
            });
  }

  private long rows(PreparedStatement select, int number, long flags, CountDownLatch begun)
      throws SQLException {
    IdentityDigest digest = new IdentityDigest();
    long read = 0;
    try (ResultSet row = select.executeQuery()) {
      begun.countDown();
      for (; row.next(); read++) {
        into.add(entry(row, digest, number, flags));
      }
    }
    return read;
  }

  private Entry entry(ResultSet row, IdentityDigest digest, int number, long flags)
      throws SQLException {
    String policy = row.getString(4);
    Entry.Key key = digest.of(policy, row.getString(2), row.getString(3), row.getString(1));
    return new Entry(
        key.high(),
        key.low(),
        groups.number(policy, row.getString(5)),
        row.getLong(13),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        number,
        flags | (row.getBoolean(11) ? Entry.SAID : 0) | (row.getBoolean(12) ? 0 : Entry.TORN));
  }
}
