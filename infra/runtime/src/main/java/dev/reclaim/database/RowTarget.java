package dev.reclaim.database;

import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A row policy held against the live catalog: all that planner and worker need to speak of its
 * rows.
 *
 * @param children tables whose rows go with the policy's rows, the deepest first; a table that is
 *     reached on two ways is there twice
 */
public record RowTarget(
    RowPolicy policy, TableShape shape, RowPredicate predicate, List<ChildPath> children) {

  /**
   * The way from the policy's table down to a table whose rows go along. In a statement the
   * policy's table stands under its bare name and the last one under {@link #ALIAS}, so that tables
   * of the same name in several schemas are told apart.
   *
   * @param child the table at the end
   * @param links from the policy's table downwards
   */
  public record ChildPath(TableShape child, List<Link> links) {
    /** The child's name in a statement. */
    public static final String ALIAS = "reclaim_child";

    /** SQL that joins every table of the way to the policy's table, the child last. */
    public String joins(TableShape root) {
      return joins(root, links.size());
    }

    /** SQL that joins the tables between the policy's table and the child. */
    public String joinsBetween(TableShape root) {
      return joins(root, links.size() - 1);
    }

    /** SQL of the condition that ties the child to the table above it. */
    public String lastCondition(TableShape root) {
      return condition(root, links.size() - 1);
    }

    private String joins(TableShape root, int count) {
      StringBuilder joins = new StringBuilder();
      for (int i = 0; i < count; i++) {
        joins.append(
            " JOIN %s AS %s ON %s"
                .formatted(links.get(i).referring().from(), alias(root, i), condition(root, i)));
      }
      return joins.toString();
    }

    private String condition(TableShape root, int link) {
      return links.get(link).condition(alias(root, link), alias(root, link - 1));
    }

    private String alias(TableShape root, int link) {
      if (link < 0) {
        return root.table().alias();
      }
      return link == links.size() - 1 ? ALIAS : "reclaim_way" + link;
    }
  }

  /**
   * One step down: {@code referring.columns = referenced table.referenced}.
   *
   * @param partition the only partition of the referenced table that is meant, quoted
   * @param cascade the foreign key by which the database deletes the referring row along, where it
   *     does
   */
  public record Link(
      TableShape referring,
      List<String> columns,
      List<String> referenced,
      Optional<String> partition,
      Optional<String> cascade) {

    /** SQL of the condition, with both tables by their names in the statement. */
    public String condition(String referringAlias, String referencedAlias) {
      return RowTarget.condition(referringAlias, columns, referencedAlias, referenced, partition);
    }
  }

  /**
   * A foreign key that keeps rows from going, because what it refers from does not go along.
   *
   * @param way down to the table that is referred to; empty for the policy's own
   */
  public record Hold(Optional<ChildPath> way, InboundKey key) {
    private static final String ALIAS = "reclaim_holder";

    /** Who holds, for people. */
    public String who() {
      return "the foreign key %s of %s.%s"
          .formatted(key.constraint(), key.referring().schema(), key.referring().table());
    }

    /**
     * True for rows of the policy's table that are held.
     *
     * @param batch name of a relation of {@link TableShape#keyRows()}: rows of these keys hold
     *     nothing, because they go, too
     */
    public String sql(TableShape root, String batch) {
      String referenced = way.isEmpty() ? root.table().alias() : ChildPath.ALIAS;
      String condition =
          RowTarget.condition(ALIAS, key.columns(), referenced, key.referenced(), key.partition());
      String free =
          key.referring().equals(root.table())
              ? " AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)"
                  .formatted(batch, root.keyJoin(ALIAS, batch))
              : "";
      String holder =
          "EXISTS (SELECT 1 FROM %s AS %s WHERE %s%s)"
              .formatted(key.referring().sql(), ALIAS, condition, free);
      return alongTheWay(root, holder);
    }

    /**
     * True for rows of the policy's table that are held before it is known what else goes: a row of
     * the table itself holds as long as it is not due.
     */
    public String sqlBeforehand(RowTarget target, Instant cutoff) {
      TableShape root = target.shape();
      if (!key.referring().equals(root.table())) {
        return sql(root, "");
      }
      String referenced = way.isEmpty() ? root.table().alias() : ChildPath.ALIAS;
      String columns =
          key.columns().stream().map(root.table()::column).collect(Collectors.joining(", "));
      String stays =
          "(SELECT %s FROM %s WHERE (%s AND NOT %s) IS NOT TRUE)"
              .formatted(
                  columns,
                  root.from(),
                  target.predicate().expired(cutoff),
                  target.predicate().guarded());
      return alongTheWay(
          root,
          "EXISTS (SELECT 1 FROM %s AS %s WHERE %s)"
              .formatted(
                  stays,
                  ALIAS,
                  RowTarget.condition(
                      ALIAS, key.columns(), referenced, key.referenced(), key.partition())));
    }

    private String alongTheWay(TableShape root, String holder) {
      return way.isEmpty()
          ? holder
          : "EXISTS (SELECT 1 FROM (SELECT 1) AS reclaim_one%s WHERE %s)"
              .formatted(way.get().joins(root), holder);
    }
  }

  /**
   * The foreign keys that may refuse a row. Those between tables that go along are left out:
   * whether they hold depends on what else goes.
   */
  public List<Hold> holds() {
    return holds(policy, shape, children);
  }

  /** The same of a policy that is only looked at. */
  public static List<Hold> holds(RowPolicy policy, TableShape shape, List<ChildPath> children) {
    if (policy.marks()) {
      return List.of();
    }
    List<Hold> holds = new ArrayList<>();
    for (InboundKey key : shape.inbound()) {
      hold(Optional.empty(), key, children).ifPresent(holds::add);
    }
    for (ChildPath path : children) {
      for (InboundKey key : path.child().inbound()) {
        hold(Optional.of(path), key, children).ifPresent(holds::add);
      }
    }
    return holds;
  }

  private static Optional<Hold> hold(
      Optional<ChildPath> way, InboundKey key, List<ChildPath> children) {
    boolean goesAlong =
        children.stream().anyMatch(path -> path.child().table().equals(key.referring()));
    return key.restricts() && !goesAlong ? Optional.of(new Hold(way, key)) : Optional.empty();
  }

  private static String condition(
      String referringAlias,
      List<String> columns,
      String referencedAlias,
      List<String> referenced,
      Optional<String> partition) {
    String keys =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    "%s.%s = %s.%s"
                        .formatted(
                            referringAlias,
                            Sql.identifier(columns.get(i)),
                            referencedAlias,
                            Sql.identifier(referenced.get(i))))
            .collect(Collectors.joining(" AND "));
    return partition
        .map(
            it ->
                "%s AND %s.tableoid IN (SELECT relid FROM pg_partition_tree(%s::regclass))"
                    .formatted(keys, referencedAlias, Sql.literal(it)))
        .orElse(keys);
  }
}
