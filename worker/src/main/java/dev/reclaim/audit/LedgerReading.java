package dev.reclaim.audit;

import dev.reclaim.database.CopyRows;
import dev.reclaim.database.Database;
import dev.reclaim.policy.Sql;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads ledgers into entries, each in one statement and so as of one moment. */
final class LedgerReading {
  /** Longer than any transaction that writes the ledger takes. */
  static final Duration TRANSACTION_MAX = Duration.ofMinutes(15);

  /** Of a count; a bigint holds any number of so many. */
  private static final int DIGITS_MAX = 18;

  private static final String ROWS =
      """
      COPY (
        SELECT planned_on, source, id, policy, run, rows, files, bytes,
               outcome #>> '{counts,deleted}' AS deleted,
               outcome #>> '{counts,marked}' AS marked,
               emitted_at IS NOT NULL AS said,
               coalesce(outcome #>> '{reclaimed,rows}' = rows::text
                        AND outcome #>> '{reclaimed,files}' = files::text
                        AND outcome #>> '{reclaimed,bytes}' = bytes::text, false) AS whole,
               completed_at
          FROM reclaim.ledger
         WHERE completed_at >= to_timestamp(%d) AND %s
      ) TO STDOUT (FORMAT binary)
      """;

  private final Groups groups;
  private final Set<String> policies;
  private final Spill into;
  private final Set<String> booked = ConcurrentHashMap.newKeySet();

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

  /** Those whose rows were read. */
  Set<String> policies() {
    return booked;
  }

  /** Reads what may have been committed since that moment. */
  void readSince(Database database, int number, Instant moment) {
    rows(database, number, moment.minus(TRANSACTION_MAX), Entry.NEW, new CountDownLatch(1));
  }

  private void rows(
      Database database, int number, Instant since, long flags, CountDownLatch begun) {
    IdentityDigest digest = new IdentityDigest();
    Object unused =
        database.inTransaction(
            handle -> {
              CopyRows.read(
                  handle.getConnection(),
                  ROWS.formatted(since.getEpochSecond(), ofPolicies()),
                  begun::countDown,
                  row -> into.add(entry(row, digest, number, flags)));
              return number;
            });
  }

  private String ofPolicies() {
    return policies.isEmpty()
        ? "true"
        : policies.stream().map(Sql::literal).collect(Collectors.joining(", ", "policy IN (", ")"));
  }

  /** Columns are read in their order. */
  private Entry entry(ByteBuffer row, IdentityDigest digest, int number, long flags) {
    String day = CopyRows.date(row).toString();
    String source = CopyRows.text(row);
    String id = CopyRows.text(row);
    String policy = CopyRows.text(row);
    booked.add(policy);
    Entry.Key key = digest.of(policy, source, id, day);
    int group = groups.number(policy, CopyRows.textOrNull(row));
    long rows = CopyRows.bigint(row);
    long files = CopyRows.bigint(row);
    long bytes = CopyRows.bigint(row);
    OptionalLong deleted = count(CopyRows.textOrNull(row));
    OptionalLong marked = count(CopyRows.textOrNull(row));
    long said = CopyRows.bool(row) ? Entry.SAID : 0;
    boolean whole = CopyRows.bool(row) && deleted.isPresent() && marked.isPresent();
    long completed = CopyRows.timestampMicros(row);
    return new Entry(
        key.high(),
        key.low(),
        group,
        completed,
        rows,
        files,
        bytes,
        deleted.orElse(0),
        marked.orElse(0),
        number,
        flags | said | (whole ? 0 : Entry.TORN));
  }

  /** Empty for what no worker writes. */
  private static OptionalLong count(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > DIGITS_MAX) {
      return OptionalLong.empty();
    }
    long count = 0;
    for (int at = 0; at < text.length(); at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      count = count * 10 + digit;
    }
    return OptionalLong.of(count);
  }
}
