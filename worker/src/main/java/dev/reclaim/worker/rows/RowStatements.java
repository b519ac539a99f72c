package dev.reclaim.worker.rows;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.policy.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
            shape(),
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
        .formatted(shape().keyRows(), shape(), shape().keyJoin(), target.predicate().guarded());
  }

  /**
   * Deletes the rows of one table that go along; returns their number and bytes by the labels of
   * the rows that they go with.
   */
  String deleteChildren(ChildPath path) {
    return """
    WITH gone AS (
      DELETE FROM %s
       USING %s JOIN %s ON %s%s
       WHERE %s
      RETURNING %s AS bytes%s)
    SELECT count(*) AS rows, coalesce(sum(bytes), 0)::bigint AS bytes%s FROM gone%s
    """
        .formatted(
            path.child(),
            shape().keyRows(),
            shape(),
            shape().keyJoin(),
            path.joinsBetween(shape()),
            path.lastCondition(shape()),
            path.child().rowBytes(),
            labels().values(),
            labels().names(),
            labels().grouping());
  }

  /**
   * Deletes or marks the rows themselves; returns the positions done and, of deleted rows, the
   * bytes.
   */
  String carryOut() {
    return target.policy().marks() ? mark() : delete();
  }

  /** Positions of rows that are still there, and whether they are due. */
  String explain(Instant cutoff) {
    return """
    SELECT reclaim_ord, (%s) IS TRUE AS due
      FROM %s
      JOIN %s ON %s
    """
        .formatted(
            target.predicate().expired(cutoff), shape().keyRows(), shape(), shape().keyJoin());
  }

  private String delete() {
    return """
    WITH gone AS (
      DELETE FROM %s
       USING %s
       WHERE %s
      RETURNING reclaim_ord, %s AS bytes%s)
    SELECT array_agg(reclaim_ord) AS positions, coalesce(sum(bytes), 0)::bigint AS bytes%s FROM gone%s
    """
        .formatted(
            shape(),
            shape().keyRows(),
            shape().keyJoin(),
            shape().rowBytes(),
            labels().values(),
            labels().names(),
            labels().grouping());
  }

  private String mark() {
    List<String> columns = new ArrayList<>();
    for (Map.Entry<String, String> column : target.policy().set().entrySet()) {
      columns.add(Sql.identifier(column.getKey()) + " = " + Sql.literal(column.getValue()));
    }
    return """
    WITH marked AS (
      UPDATE %s
         SET %s
        FROM %s
       WHERE %s
      RETURNING reclaim_ord)
    SELECT array_agg(reclaim_ord) AS positions, 0::bigint AS bytes FROM marked
    """
        .formatted(shape(), String.join(", ", columns), shape().keyRows(), shape().keyJoin());
  }

  /** Where the policy's labels are in the results. */
  LabelColumns labels() {
    return new LabelColumns(target.policy());
  }

  private TableShape shape() {
    return target.shape();
  }
}
