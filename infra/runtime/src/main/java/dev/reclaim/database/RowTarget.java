package dev.reclaim.database;

import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import java.util.List;

/**
 * A row policy held against the live catalog: all that planner and worker need to speak of its
 * rows.
 *
 * @param children tables whose rows go with the policy's rows, the deepest first
 */
public record RowTarget(
    RowPolicy policy, TableShape shape, RowPredicate predicate, List<ChildPath> children) {

  /**
   * The way from the policy's table down to a table whose rows go along.
   *
   * @param child the table at the end
   * @param links from the policy's table downwards
   */
  public record ChildPath(TableShape child, List<Link> links) {}

  /** One step down: {@code referring.columns = referenced table.referenced}. */
  public record Link(TableShape referring, List<String> columns, List<String> referenced) {}
}
