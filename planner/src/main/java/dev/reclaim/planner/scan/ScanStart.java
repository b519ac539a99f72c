package dev.reclaim.planner.scan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The moment a scan of a table began, as the database counts transactions. Row versions made since
 * are none of its business: an UPDATE moves a row forward, where it would be met a second time.
 *
 * <p>A row tells of the transaction that made it by a number of 32 bits that wraps around. So only
 * numbers between then and now count as newer: an old row that happens to carry one of these is
 * left to the next scan, which begins elsewhere.
 *
 * @param snapshot {@code xmin:xmax:open transactions}, of 64 bits
 * @see <a
 *     href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">
 *     Transaction ID and Snapshot Information Functions</a>
 */
record ScanStart(String snapshot) {
  /** Beyond it the open transactions are not remembered; what they make may be met twice. */
  private static final int OPEN_MAX = 1_000;

  private static final long XIDS = 1L << 32;

  static ScanStart now(Handle handle) {
    return new ScanStart(
        handle.createQuery("SELECT pg_current_snapshot()::text").mapTo(String.class).one());
  }

  /** SQL that is true for row versions of the moment; one such statement to a transaction. */
  String seen(String alias) {
    String[] parts = snapshot.split(":", -1);
    String since = "NOT age(%s.xmin) BETWEEN 1 AND age('%d'::xid)".formatted(alias, xid(parts[1]));
    List<String> open =
        Arrays.stream(parts[2].split(","))
            .filter(it -> !it.isEmpty())
            .limit(OPEN_MAX)
            .map(it -> "'%d'::xid".formatted(xid(it)))
            .toList();
    return open.isEmpty()
        ? since
        : since
            + open.stream()
                .collect(Collectors.joining(", ", " AND %s.xmin NOT IN (".formatted(alias), ")"));
  }

  private static long xid(String full) {
    return Long.parseLong(full) % XIDS;
  }
}
