package dev.reclaim.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A row policy compiled to SQL over its table, which stands in the statement under its bare name.
 *
 * <p>Both readers of a policy use this text: the planner to find rows and the worker to check each
 * of them again.
 */
public final class RowPredicate {
  private final RowPolicy policy;
  private final ColumnType by;

  /**
   * Compiles a policy.
   *
   * @param by the type of the column that {@code expire.by} names, from the live catalog
   */
  public RowPredicate(RowPolicy policy, ColumnType by) {
    this.policy = policy;
    this.by = by;
  }

  /** How the age of a row is stored. */
  public enum ColumnType {
    TIMESTAMP_WITH_ZONE,
    TIMESTAMP,
    DATE
  }

  /**
   * True for rows that the policy would let go at {@code cutoff}: their own columns alone are
   * looked at. The cutoff is never later than the retention allows on the database's clock.
   *
   * <p>A time without a zone is compared twice, on the wall and as an instant: the hour that a
   * clock shows twice in autumn counts as its second showing.
   */
  public String expired(Instant cutoff) {
    List<String> terms = new ArrayList<>();
    String age = policy.table().column(policy.expiry().by());
    terms.add(age + " < " + bound(cutoff));
    if (by == ColumnType.TIMESTAMP) {
      terms.add("(%s AT TIME ZONE %s) < %s".formatted(age, zone(), instant(cutoff)));
    }
    terms.add("isfinite(" + age + ")");
    policy.where().forEach(condition -> terms.add(condition.sql(policy.table())));
    policy.keep().forEach(condition -> terms.add("NOT " + condition.sql(policy.table())));
    if (policy.marks()) {
      terms.add(notYetMarked());
    }
    return String.join("\n  AND ", terms);
  }

  /** True for rows that something refers to; {@code FALSE} where the policy names no protection. */
  public String guarded() {
    List<String> terms = new ArrayList<>();
    for (RowPolicy.Protection protection : policy.protections()) {
      terms.add(
          "EXISTS (SELECT 1 FROM %s WHERE (%s))"
              .formatted(protection.table().sql(), Sql.verbatim(protection.match())));
    }
    return terms.isEmpty() ? "FALSE" : "(" + String.join(" OR ", terms) + ")";
  }

  /** True for rows in the policy's {@code set} state. */
  public static String marked(RowPolicy policy) {
    List<String> terms = new ArrayList<>();
    for (Map.Entry<String, String> column : policy.set().entrySet()) {
      terms.add(
          policy.table().column(column.getKey())
              + " IS NOT DISTINCT FROM "
              + Sql.literal(column.getValue()));
    }
    return terms.isEmpty() ? "FALSE" : "(" + String.join(" AND ", terms) + ")";
  }

  private String notYetMarked() {
    return "NOT " + marked(policy);
  }

  private String instant(Instant cutoff) {
    return "LEAST(timestamptz %s, now() - interval '%d seconds')"
        .formatted(Sql.literal(cutoff.toString()), policy.expiry().after().toSeconds());
  }

  private String bound(Instant cutoff) {
    String instant = instant(cutoff);
    return switch (by) {
      case TIMESTAMP_WITH_ZONE -> instant;
      case TIMESTAMP -> "(" + instant + " AT TIME ZONE " + zone() + ")";
      case DATE -> "(" + instant + " AT TIME ZONE " + zone() + ")::date";
    };
  }

  private String zone() {
    return Sql.literal(policy.expiry().zone().orElseThrow().getId());
  }
}
