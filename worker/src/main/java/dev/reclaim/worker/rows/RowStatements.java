package dev.reclaim.worker.rows;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Hold;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The statements that one row policy needs. The parameters of each are the key's columns as {@code
 * text[]}; positions in their results count from 1.
 */
record RowStatements(RowTarget target) {

  /** First position of each distinct key; fails when a text is no key. */
  String distinct() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < shape().primaryKey().size(); i++) {
      columns.add("reclaim_k" + i);
    }
    return """
    SELECT min(reclaim_ord) AS ord
      FROM %s
     GROUP BY %s
     ORDER BY 1
    """
        .formatted(shape().keyRows(), String.join(", ", columns));
  }

  /**
   * Locks the rows that are due now, in the event's order, passing over those that somebody else
   * has locked.
   */
  String lockDue(Instant cutoff) {
    StringBuilder files = new StringBuilder();
    for (LinkedFiles linked : target.policy().files()) {
      files.append(", ").append(shape().table().column(linked.column())).append("::text");
    }
    return """
    SELECT reclaim_ord%s%s
      FROM %s
      JOIN %s ON %s
     WHERE %s
     ORDER BY reclaim_ord
       FOR UPDATE OF %s SKIP LOCKED
    """
        .formatted(
            files,
            labels().values(),
            shape().keyRows(),
            shape().from(),
            shape().keyJoin(),
            target.predicate().expired(cutoff),
            shape().table().alias());
  }

  /** Positions of rows that something refers to, as of this statement. */
  String guarded() {
    return """
    SELECT reclaim_ord
      FROM %s
      JOIN %s ON %s
     WHERE %s
    """
        .formatted(
            shape().keyRows(), shape().from(), shape().keyJoin(), target.predicate().guarded());
  }

  /**
   * Deletes the rows of one table that go along; returns their number and bytes by claim, as {@link
   * ClaimedKeys#query} says, and by the labels of the rows that they go with.
   */
  String deleteChildren(ChildPath path) {
    return """
    WITH gone AS (
      %s
      RETURNING reclaim_ord, %s AS bytes%s)
    %s
    """
        .formatted(
            deleteChildrenUnseen(path),
            path.child().rowBytes(ChildPath.ALIAS),
            labels().values(),
            childrenByClaim());
  }

  /** What {@link #deleteChildren} would return, seen from outside the deleting transaction. */
  String countChildren(ChildPath path) {
    return """
    WITH gone AS (
      SELECT reclaim_ord, %s AS bytes%s
        FROM %s
        %s%s)
    %s
    """
        .formatted(
            path.child().rowBytes(ChildPath.ALIAS),
            labels().values(),
            shape().keyRows(),
            rootOf(path),
            path.joins(shape()),
            childrenByClaim());
  }

  /** The policy's row itself is read only where its key does not say enough of it. */
  private String rootOf(ChildPath path) {
    List<String> key = shape().primaryKey().stream().map(TableShape.Column::name).toList();
    if (!target.policy().labels().isEmpty() || !key.containsAll(path.links().get(0).referenced())) {
      return "JOIN %s ON %s".formatted(shape().from(), shape().keyJoin());
    }
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      columns.add("reclaim_k%d AS %s".formatted(i, Sql.identifier(key.get(i))));
    }
    return "CROSS JOIN LATERAL (SELECT %s) AS %s"
        .formatted(String.join(", ", columns), shape().table().alias());
  }

  private String childrenByClaim() {
    return """
    SELECT width_bucket(reclaim_ord, ?::bigint[]) AS claim, count(*) AS rows,
           coalesce(sum(bytes), 0)::bigint AS bytes%s
      FROM gone
     GROUP BY 1%s
    """
        .formatted(labels().names(), labels().names());
  }

  /** The same without a result. */
  String deleteChildrenUnseen(ChildPath path) {
    return """
    DELETE FROM %s AS %s
     USING %s JOIN %s ON %s%s
     WHERE %s
    """
        .formatted(
            path.child().from(),
            ChildPath.ALIAS,
            shape().keyRows(),
            shape().from(),
            shape().keyJoin(),
            path.joinsBetween(shape()),
            path.lastCondition(shape()));
  }

  /** Locks the rows that {@link #deleteChildren} would delete; returns what it would. */
  String weighChildren(ChildPath path) {
    return """
    SELECT count(*) AS rows, coalesce(sum(bytes), 0)::bigint AS bytes%s
      FROM (SELECT %s AS bytes%s
              FROM %s
              JOIN %s ON %s%s
               FOR UPDATE OF %s) AS going%s
    """
        .formatted(
            labels().names(),
            path.child().rowBytes(ChildPath.ALIAS),
            labels().values(),
            shape().keyRows(),
            shape().from(),
            shape().keyJoin(),
            path.joins(shape()),
            ChildPath.ALIAS,
            labels().grouping());
  }

  /** Positions of rows that have rows of one table left. */
  String childrenLeft(ChildPath path) {
    return """
    SELECT DISTINCT reclaim_ord
      FROM %s
      JOIN %s ON %s%s
    """
        .formatted(shape().keyRows(), shape().from(), shape().keyJoin(), path.joins(shape()));
  }

  /**
   * Positions of rows that foreign keys hold, and who holds; rows of the keys themselves hold
   * nothing, because they go, too.
   */
  String held(List<Hold> holds) {
    String cases =
        holds.stream()
            .map(
                hold ->
                    "WHEN %s THEN %s"
                        .formatted(hold.sql(shape(), "reclaim_batch"), Sql.literal(hold.who())))
            .collect(Collectors.joining("\n       "));
    return """
    WITH reclaim_batch AS MATERIALIZED (SELECT * FROM %s)
    SELECT * FROM (
      SELECT reclaim_ord, CASE %s END AS who
        FROM reclaim_batch AS reclaim_key
        JOIN %s ON %s) AS held
     WHERE who IS NOT NULL
    """
        .formatted(shape().keyRows(), cases, shape().from(), shape().keyJoin());
  }

  /**
   * Deletes or marks the rows themselves; returns the positions done and, of deleted rows, the
   * bytes, by claim, as {@link ClaimedKeys#query} says, and by labels.
   */
  String carryOut() {
    return target.policy().marks() ? mark() : delete(deleteUnseen());
  }

  /** Deletes rows that are due now and that nobody has locked before; returns the same. */
  String deleteDue(Instant cutoff) {
    return delete(deleteUnseen() + "   AND " + target.predicate().expired(cutoff));
  }

  /** Positions of rows that are still there, and whether they are due. */
  String explain(Instant cutoff) {
    return """
    SELECT reclaim_ord, (%s) IS TRUE AS due
      FROM %s
      JOIN %s ON %s
    """
        .formatted(
            target.predicate().expired(cutoff),
            shape().keyRows(),
            shape().from(),
            shape().keyJoin());
  }

  /** {@link #carryOut} without a result. */
  String carryOutUnseen() {
    return target.policy().marks() ? markUnseen() : deleteUnseen();
  }

  /** What {@link #carryOut} would return. */
  String weigh() {
    return """
    SELECT array_agg(reclaim_ord) AS positions, coalesce(sum(bytes), 0)::bigint AS bytes%s
      FROM (SELECT reclaim_ord, %s AS bytes%s FROM %s JOIN %s ON %s) AS going%s
    """
        .formatted(
            labels().names(),
            shape().rowBytes(),
            labels().values(),
            shape().keyRows(),
            shape().from(),
            shape().keyJoin(),
            labels().grouping());
  }

  /** Positions of rows that are as they were before {@link #carryOutUnseen}. */
  String left() {
    return """
    SELECT reclaim_ord
      FROM %s
      JOIN %s ON %s
     WHERE NOT %s
    """
        .formatted(
            shape().keyRows(),
            shape().from(),
            shape().keyJoin(),
            RowPredicate.marked(target.policy()));
  }

  private String delete(String deletion) {
    return """
    WITH gone AS (
      %s
      RETURNING reclaim_ord, %s AS bytes%s)
    SELECT width_bucket(reclaim_ord, ?::bigint[]) AS claim, array_agg(reclaim_ord) AS positions,
           coalesce(sum(bytes), 0)::bigint AS bytes%s
      FROM gone
     GROUP BY 1%s
    """
        .formatted(
            deletion, shape().rowBytes(), labels().values(), labels().names(), labels().names());
  }

  private String deleteUnseen() {
    return """
    DELETE FROM %s
     USING %s
     WHERE %s
    """
        .formatted(shape().from(), shape().keyRows(), shape().keyJoin());
  }

  private String mark() {
    return """
    WITH marked AS (
      %s
      RETURNING reclaim_ord)
    SELECT width_bucket(reclaim_ord, ?::bigint[]) AS claim, array_agg(reclaim_ord) AS positions,
           0::bigint AS bytes
      FROM marked
     GROUP BY 1
    """
        .formatted(markUnseen());
  }

  private String markUnseen() {
    List<String> columns = new ArrayList<>();
    for (Map.Entry<String, String> column : target.policy().set().entrySet()) {
      columns.add(Sql.identifier(column.getKey()) + " = " + Sql.literal(column.getValue()));
    }
    return """
    UPDATE %s
       SET %s
      FROM %s
     WHERE %s
    """
        .formatted(
            shape().from(), String.join(", ", columns), shape().keyRows(), shape().keyJoin());
  }

  /** Where the policy's labels are in the results. */
  LabelColumns labels() {
    return new LabelColumns(target.policy());
  }

  private TableShape shape() {
    return target.shape();
  }
}
