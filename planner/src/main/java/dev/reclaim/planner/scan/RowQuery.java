package dev.reclaim.planner.scan;

import dev.reclaim.database.CopyRows;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.scan.Refusals.Refusal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads rows that are due or undated, with what keeps those that stay. */
final class RowQuery {
  private static final String LIMITS =
      "SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '2s'; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

  private static final int CLAIMED = 0;
  private static final int UNDATED = 1;
  private static final int GUARDED = 2;
  private static final int REFUSED = 3;

  private final RowTarget target;
  private final List<Refusal> refusals;
  private final String expired;
  private final String verdict;

  RowQuery(RowTarget target, Instant cutoff, List<Refusal> refusals) {
    this.target = target;
    this.refusals = refusals;
    this.expired = target.predicate().expiredOrUndated(cutoff);
    this.verdict = verdict();
  }

  /** What becomes of a row, a smallint; what cannot be is not asked for each row. */
  private String verdict() {
    StringBuilder cases = new StringBuilder();
    when(cases, target.predicate().dateless(), UNDATED);
    when(cases, target.predicate().guarded(), GUARDED);
    for (int i = 0; i < refusals.size(); i++) {
      when(cases, refusals.get(i).sql(), REFUSED + i);
    }
    return cases.isEmpty() ? CLAIMED + "::int2" : "(CASE" + cases + " ELSE 0 END)::int2";
  }

  private static void when(StringBuilder cases, String condition, int verdict) {
    if (!condition.equals("FALSE")) {
      cases.append(" WHEN ").append(condition).append(" THEN ").append(verdict);
    }
  }

  /**
   * Reads part of a relation.
   *
   * @param part SQL of the part, true for rows that are in it
   * @param tail SQL behind the conditions
   * @param found takes what is found
   */
  FoundRows read(Handle handle, RowPosition at, String part, String tail, FoundRows found)
      throws SQLException {
    String alias = target.policy().table().alias();
    String sql =
        """
        COPY (
        SELECT %s, %s
          FROM ONLY %s AS %s
         WHERE %s
           AND %s
           AND %s
         %s
        ) TO STDOUT (FORMAT binary)
        """
            .formatted(
                verdict,
                target.shape().keyTexts(),
                at.relation(),
                alias,
                part,
                expired,
                new ScanStart(at.start()).seen(alias),
                tail);
    CopyRows.read(handle.getConnection(), sql, row -> add(row, found));
    return found;
  }

  /** Sets the limits of a transaction of a scan, which is to begin with this. */
  static void limit(Handle handle) throws SQLException {
    try (var statement = handle.getConnection().createStatement()) {
      statement.execute(LIMITS);
    }
  }

  private void add(ByteBuffer row, FoundRows found) {
    int verdict = CopyRows.smallint(row);
    switch (verdict) {
      case CLAIMED -> {
        int bytes = row.remaining();
        found.claim(key(row), bytes);
      }
      case UNDATED -> found.leaveUndated();
      case GUARDED -> found.guard();
      default -> found.refuse(refusals.get(verdict - REFUSED).who());
    }
  }

  private List<String> key(ByteBuffer row) {
    int width = target.shape().primaryKey().size();
    if (width == 1) {
      return List.of(CopyRows.text(row));
    }
    String[] key = new String[width];
    Arrays.setAll(key, column -> CopyRows.text(row));
    return List.of(key);
  }
}
