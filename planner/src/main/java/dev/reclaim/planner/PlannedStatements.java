package dev.reclaim.planner;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.planner.Forecast.Partition;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.policy.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run would do, for people to read: the statements have the same effect as the worker's, who
 * carries them out by keys, up to 1,000 at a time, and checks each row again under its lock.
 */
final class PlannedStatements {
  private PlannedStatements() {}

  static List<String> of(RowTarget target, Instant cutoff) {
    List<String> statements = new ArrayList<>();
    String due = due(target, cutoff);
    for (ChildPath path : target.children()) {
      statements.add(
          "DELETE FROM %s AS %s\n USING %s%s\n WHERE %s\n  AND %s"
              .formatted(
                  path.child().from(),
                  ChildPath.ALIAS,
                  target.shape(),
                  path.joinsBetween(target.shape()),
                  path.lastCondition(target.shape()),
                  due));
    }
    statements.add(own(target.policy(), target.shape()) + "\n WHERE " + due);
    List<String> readable = new ArrayList<>(statements.stream().map(Sql::readable).toList());
    for (LinkedFiles files : target.policy().files()) {
      readable.add(
          "Each file of the store %s that %s of these rows names: deleted if it is still there and no other row names it then."
              .formatted(files.store(), files.column()));
    }
    return readable;
  }

  /** What would be done with partitions that go whole. */
  static List<String> ofPartitions(RowTarget target, List<Partition> partitions) {
    return partitions.stream()
        .map(
            partition ->
                "ALTER TABLE %1$s DETACH PARTITION %2$s CONCURRENTLY;\nDROP TABLE %2$s"
                    .formatted(target.shape(), partition.partition()))
        .toList();
  }

  /**
   * The same for a policy about files.
   *
   * @param references empty where it judges by age alone
   */
  static String ofFiles(String store, String references) {
    return "Each file of the store %s: deleted if it is still as it was listed%s."
        .formatted(store, references.isEmpty() ? "" : " and no " + references + " names it then");
  }

  private static String own(RowPolicy policy, TableShape shape) {
    return policy.marks()
        ? policy.set().entrySet().stream()
            .map(column -> Sql.identifier(column.getKey()) + " = " + Sql.literal(column.getValue()))
            .collect(Collectors.joining(", ", "UPDATE " + shape + "\n   SET ", ""))
        : "DELETE FROM " + shape;
  }

  private static String due(RowTarget target, Instant cutoff) {
    String expired = target.predicate().expired(cutoff);
    String guarded = target.predicate().guarded();
    return guarded.equals("FALSE") ? expired : expired + "\n  AND NOT " + guarded;
  }
}
