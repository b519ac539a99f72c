package dev.reclaim.database;

import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
  public record ChildPath(TableShape child, List<Link> links) {
    /** SQL that joins every table of the way to the policy's table, the child last. */
    public String joins(TableShape root) {
      return joins(root, links);
    }

    /** SQL that joins the tables between the policy's table and the child. */
    public String joinsBetween(TableShape root) {
      return joins(root, links.subList(0, links.size() - 1));
    }

    /** SQL of the condition that ties the child to the table above it. */
    public String lastCondition(TableShape root) {
      TableShape parent = links.size() == 1 ? root : links.get(links.size() - 2).referring();
      return links.get(links.size() - 1).condition(parent);
    }

    private static String joins(TableShape root, List<Link> links) {
      StringBuilder joins = new StringBuilder();
      TableShape parent = root;
      for (Link link : links) {
        joins
            .append(" JOIN ")
            .append(link.referring())
            .append(" ON ")
            .append(link.condition(parent));
        parent = link.referring();
      }
      return joins.toString();
    }
  }

  /** One step down: {@code referring.columns = referenced table.referenced}. */
  public record Link(TableShape referring, List<String> columns, List<String> referenced) {
    private String condition(TableShape parent) {
      return IntStream.range(0, columns.size())
          .mapToObj(
              i ->
                  referring.table().column(columns.get(i))
                      + " = "
                      + parent.table().column(referenced.get(i)))
          .collect(Collectors.joining(" AND "));
    }
  }
}
