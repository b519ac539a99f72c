package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.Newest;
import dev.reclaim.policy.Expiry.Orphaned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row policy compiled to SQL over its table, which stands in the statement under its bare name.
 *
 * <p>Both readers of a policy use this text: the planner to find rows and the worker to check each
 * of them again.
 */
public final class RowPredicate {
  private final RowPolicy policy;
  private final Optional<AgePredicate> age;
  private final Optional<Parent> parent;
  private final List<Guard> guards = new ArrayList<>();

  /**
   * Compiles a policy against the live catalog, which is not asked again later.
   *
   * @throws UnclearReferenceException when a reference cannot be read
   */
  public RowPredicate(RowPolicy policy, TableTypes types) {
    this.policy = policy;
    this.age = policy.expiry().age().map(it -> AgePredicate.of(policy.table(), it, types));
    this.parent =
        policy
            .expiry()
            .orphaned()
            .map(orphaned -> read("expire.orphaned", () -> parent(orphaned, types)));
    for (int i = 0; i < policy.protections().size(); i++) {
      Protection protection = policy.protections().get(i);
      String part = "protect[%d]".formatted(i);
      guards.add(read(part, () -> guard(part, protection, types)));
    }
    parent.ifPresent(it -> guards.add(it.guard()));
    seenAgain("expire.when", policy.expiry().when().stream(), " IS NOT TRUE");
    seenAgain("where", expressions(policy.where()), " IS NOT TRUE");
    seenAgain("keep", expressions(policy.keep()), " IS NOT FALSE");
    policy
        .keeping()
        .newest()
        .ifPresent(newest -> guards.add(newest(newest, types.key(policy.table()))));
  }

  /**
   * Something that keeps rows which have expired.
   *
   * @param part of the policy, like {@code protect[0].match}
   * @param by what it is, for people
   * @param sql true for rows that it keeps
   */
  public record Guard(String part, String by, String sql) {}

  /**
   * A parent that rows may have lost.
   *
   * @param found true for rows whose parent is there
   * @param any true if there is any parent at all: a table that has lost all its rows makes no
   *     orphans
   */
  private record Parent(TableName table, String found, String any) {
    private Guard guard() {
      return new Guard(
          "expire.orphaned", "its parent in " + table, "(%s OR NOT %s)".formatted(found, any));
    }
  }

  /** Says of what cannot be read which part of the policy it is. */
  private static <T> T read(String part, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (UnclearReferenceException e) {
      throw e.in(part);
    }
  }

  /** Expressions may look at other tables, which can have changed before the row was locked. */
  private void seenAgain(String part, Stream<String> expressions, String keeps) {
    expressions.forEach(
        text -> guards.add(new Guard(part, "its " + part, "(" + Sql.verbatim(text) + ")" + keeps)));
  }

  private static Stream<String> expressions(List<Condition> conditions) {
    return conditions.stream()
        .filter(Condition.Expression.class::isInstance)
        .map(it -> ((Condition.Expression) it).text());
  }

  /**
   * True for rows that the policy would let go at {@code cutoff}; what must be looked at again
   * under the rows' locks is in {@link #guarded()}. The cutoff is never later than the retention
   * allows on the database's clock.
   *
   * <p>A time without a zone is compared twice, on the wall and as an instant: the hour that a
   * clock shows twice in autumn counts as its second showing.
   */
  public String expired(Instant cutoff) {
    List<String> terms = due(cutoff);
    notKept(terms);
    return String.join("\n  AND ", terms);
  }

  /** True for rows that would be let go at {@code cutoff}, if the policy's {@code keep} did not. */
  public String kept(Instant cutoff) {
    if (policy.keep().isEmpty()) {
      return "FALSE";
    }
    List<String> terms = due(cutoff);
    terms.add(
        policy.keep().stream()
            .map(condition -> "(" + condition.sql(policy.table()) + ") IS NOT FALSE")
            .collect(Collectors.joining(" OR ", "(", ")")));
    return String.join("\n  AND ", terms);
  }

  /**
   * SQL of the time since when a row ages, a {@code timestamptz}; empty where age does not matter.
   */
  public Optional<String> since() {
    return age.map(AgePredicate::since);
  }

  private List<String> due(Instant cutoff) {
    List<String> terms = new ArrayList<>();
    age.ifPresent(it -> terms.addAll(it.old(cutoff)));
    considered(terms);
    return terms;
  }

  /**
   * True for rows that are {@link #expired} or {@link #undated}: no date that says nothing is later
   * than a cutoff, NaN aside, so that the bound of the age finds both.
   */
  public String expiredOrUndated(Instant cutoff) {
    List<String> terms = new ArrayList<>();
    age.ifPresent(it -> terms.addAll(it.oldOrUndated(cutoff)));
    considered(terms);
    notKept(terms);
    return String.join("\n  AND ", terms);
  }

  /**
   * True for all rows that are {@link #expired} or {@link #undated}, and a bound of nothing but the
   * column that they age by; empty where there is none.
   */
  public Optional<String> ageBound(Instant cutoff) {
    return age.flatMap(it -> it.bound(cutoff));
  }

  /** The same at a cutoff that the database can foresee when it estimates. */
  public Optional<String> foreseenAgeBound(Instant cutoff) {
    return age.flatMap(it -> it.foreseenBound(cutoff));
  }

  /** Of rows that are {@link #expiredOrUndated}: true for the undated ones. */
  public String dateless() {
    return age.flatMap(AgePredicate::noDate).orElse("FALSE");
  }

  /**
   * True for rows that the policy speaks of and whose date says nothing: {@code -infinity} where
   * the policy keeps it, or a number that is no time in the declared unit. They stay, and are to be
   * reported.
   */
  public String undated() {
    Optional<String> undated = age.flatMap(AgePredicate::noDate);
    if (undated.isEmpty()) {
      return "FALSE";
    }
    List<String> terms = new ArrayList<>(List.of(undated.get()));
    considered(terms);
    notKept(terms);
    return String.join("\n  AND ", terms);
  }

  /**
   * SQL that is true if there is any parent to be an orphan of; empty where the policy asks for
   * none.
   */
  public Optional<String> anyParent() {
    return parent.map(Parent::any);
  }

  private void notKept(List<String> terms) {
    policy.keep().forEach(condition -> terms.add("NOT " + condition.sql(policy.table())));
  }

  /** All but the age and what keeps. */
  private void considered(List<String> terms) {
    policy.expiry().when().ifPresent(when -> terms.add("(" + Sql.verbatim(when) + ")"));
    policy
        .expiry()
        .orphaned()
        .ifPresent(
            orphaned -> {
              terms.add(policy.table().column(orphaned.column()) + " IS NOT NULL");
              terms.add("NOT " + parent.orElseThrow().found());
              terms.add(parent.orElseThrow().any());
            });
    policy.where().forEach(condition -> terms.add(condition.sql(policy.table())));
    if (policy.marks()) {
      terms.add("NOT " + marked(policy));
    }
  }

  /** True for rows that something keeps; {@code FALSE} where the policy names nothing. */
  public String guarded() {
    return guards.isEmpty()
        ? "FALSE"
        : guards.stream().map(Guard::sql).collect(Collectors.joining(" OR ", "(", ")"));
  }

  /** All that may keep a row which has expired, as seen by the statement that asks. */
  public List<Guard> guards() {
    return List.copyOf(guards);
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

  private Guard guard(String part, Protection protection, TableTypes types) {
    if (protection instanceof Protection.Match match) {
      return new Guard(
          part + ".match",
          match.table().toString(),
          "EXISTS (SELECT 1 FROM %s WHERE (%s))"
              .formatted(match.table().sql(), Sql.verbatim(match.sql())));
    }
    Protection.Through through = (Protection.Through) protection;
    String key = through.key().orElseGet(() -> onlyKey(policy.table(), types));
    KeyMatch match =
        new KeyMatch(
            "reclaim_ref." + Sql.identifier(through.column()),
            types.type(through.table(), through.column()),
            policy.table().column(key),
            types.type(policy.table(), key),
            through.path(),
            through.prefix(),
            through.letterCase());
    require(match, through.table(), through.column(), policy.table(), key);
    StringBuilder where = new StringBuilder(match.sql());
    through.where().forEach(it -> where.append(" AND ").append(it.sqlOf("reclaim_ref")));
    return new Guard(
        part,
        through.table() + "." + through.column(),
        "EXISTS (SELECT 1 FROM %s AS reclaim_ref WHERE %s)"
            .formatted(through.table().sql(), where));
  }

  private Parent parent(Orphaned orphaned, TableTypes types) {
    String parentKey = orphaned.parentColumn().orElseGet(() -> onlyKey(orphaned.parent(), types));
    ColumnType parentType = types.type(orphaned.parent(), parentKey);
    ColumnType type = types.type(policy.table(), orphaned.column());
    String column = "reclaim_parent." + Sql.identifier(parentKey);
    KeyMatch match =
        KeyMatch.plain(column, parentType, policy.table().column(orphaned.column()), type);
    require(match, orphaned.parent(), parentKey, policy.table(), orphaned.column());
    return new Parent(
        orphaned.parent(),
        parentWhere(orphaned.parent(), match.sql()),
        parentWhere(orphaned.parent(), column + " IS NOT NULL"));
  }

  private static String parentWhere(TableName parent, String condition) {
    return "EXISTS (SELECT 1 FROM %s AS reclaim_parent WHERE %s)"
        .formatted(parent.sql(), condition);
  }

  /** Two columns that can never be the same would find no reference, and so let everything go. */
  private static void require(
      KeyMatch match, TableName table, String column, TableName named, String key) {
    if (!match.plausible()) {
      throw UnclearReferenceException.implausible(
          table, column, match.columnType(), named, key, match.keyType());
    }
  }

  /** Fewer newer rows in its group than are to be kept, or no group at all. */
  private Guard newest(Newest newest, List<String> key) {
    String counted =
        policy.where().stream()
            .map(condition -> condition.sql(policy.table()))
            .collect(Collectors.joining(" AND "));
    List<String> order = new ArrayList<>(List.of(newest.by()));
    order.addAll(key);
    List<String> terms = new ArrayList<>();
    for (String column : newest.per()) {
      terms.add(
          "reclaim_newer.%s = %s".formatted(Sql.identifier(column), policy.table().column(column)));
    }
    terms.add(
        "(%s) > (%s)"
            .formatted(
                order.stream()
                    .map(column -> "reclaim_newer." + Sql.identifier(column))
                    .collect(Collectors.joining(", ")),
                order.stream().map(policy.table()::column).collect(Collectors.joining(", "))));
    return new Guard(
        "keep-newest",
        "the newest %d per %s".formatted(newest.count(), String.join(", ", newest.per())),
        """
        (SELECT count(*) FROM (SELECT 1 FROM (SELECT * FROM %s%s) AS reclaim_newer
                                WHERE %s LIMIT %d) AS reclaim_some) < %d"""
            .formatted(
                policy.table().sql(),
                counted.isEmpty() ? "" : " WHERE " + counted,
                String.join(" AND ", terms),
                newest.count(),
                newest.count()));
  }

  /** The column that is meant where a reference names none. */
  private static String onlyKey(TableName table, TableTypes types) {
    List<String> key = types.key(table);
    if (key.size() != 1) {
      throw UnclearReferenceException.ambiguous(table, key);
    }
    return key.get(0);
  }
}
