package dev.reclaim.audit;

import dev.reclaim.database.Database;
import dev.reclaim.events.MetricsWindow;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the ledgers and their totals sum to by policy and window; one number for each hour. */
final class WindowSums {
  private static final String BY_HOUR =
      """
      SELECT policy, extract(epoch FROM hour)::bigint AS second, sum(events)::bigint AS events, sum(rows)::bigint AS rows, sum(files)::bigint AS files,
             sum(bytes)::bigint AS bytes, sum(unsaid)::bigint AS unsaid
        FROM (SELECT policy, date_bin('1 hour', completed_at, TIMESTAMPTZ 'epoch') AS hour, count(*) AS events,
                     sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes,
                     count(*) FILTER (WHERE emitted_at IS NULL) AS unsaid
                FROM reclaim.ledger GROUP BY 1, 2
              UNION ALL
              SELECT policy, start, events, rows, files, bytes, 0
                FROM reclaim.ledger_totals WHERE span = 'hour') AS every
       WHERE cardinality(CAST(:policies AS text[])) = 0 OR policy = ANY (CAST(:policies AS text[]))
       GROUP BY policy, hour
      """;

  private static final String SUMMED = "SELECT policy FROM reclaim.ledger_totals GROUP BY 1";

  private static final String POLICIES =
      "SELECT policy FROM reclaim.ledger GROUP BY 1 UNION " + SUMMED;

  private final Map<String, Map<Window, Amounts>> sums = new TreeMap<>();
  private final Map<String, Long> unsaid = new HashMap<>();

  private WindowSums() {}

  /**
   * A window of time.
   *
   * @param start null for all time
   */
  record Window(MetricsWindow size, @Nullable Instant start) {}

  /** Reads them as they are now; of all policies where none is named. */
  static WindowSums read(Collection<Database> databases, Set<String> policies) {
    WindowSums read = new WindowSums();
    for (Database database : databases) {
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createQuery(BY_HOUR)
                      .bindArray("policies", String.class, policies.toArray())
                      .map(
                          (row, context) -> {
                            read.add(
                                row.getString("policy"),
                                Instant.ofEpochSecond(row.getLong("second")),
                                new Amounts(
                                    row.getLong("events"),
                                    row.getLong("rows"),
                                    row.getLong("files"),
                                    row.getLong("bytes")),
                                row.getLong("unsaid"));
                            return 1;
                          })
                      .list());
    }
    return read;
  }

  private void add(String policy, Instant hour, Amounts amounts, long silent) {
    Map<Window, Amounts> windows = sums.computeIfAbsent(policy, name -> new HashMap<>());
    for (MetricsWindow size : MetricsWindow.values()) {
      @Nullable Instant start = size.startOf(hour).orElse(null);
      windows.merge(new Window(size, start), amounts, Amounts::plus);
    }
    unsaid.merge(policy, silent, Long::sum);
  }

  /** Policies that any of the ledgers knows, or ever did; all of it is read for that. */
  static Set<String> policies(Collection<Database> databases) {
    return policies(databases, POLICIES);
  }

  /** Policies with events that are in no ledger any more. */
  static Set<String> summed(Collection<Database> databases) {
    return policies(databases, SUMMED);
  }

  private static Set<String> policies(Collection<Database> databases, String sql) {
    Set<String> policies = new TreeSet<>();
    for (Database database : databases) {
      policies.addAll(
          database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list()));
    }
    return policies;
  }

  Map<Window, Amounts> of(String policy) {
    return sums.getOrDefault(policy, Map.of());
  }

  /** Everything, all time. */
  Amounts all(String policy) {
    return of(policy).getOrDefault(new Window(MetricsWindow.ALL, null), Amounts.NONE);
  }

  /** Entries whose outcome is not known to be on its topic. */
  long unsaid(String policy) {
    return unsaid.getOrDefault(policy, 0L);
  }
}
