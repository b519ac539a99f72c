package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.partitions.PartitionSize;
import dev.reclaim.partitions.WholePartitions;
import dev.reclaim.planner.Forecast.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Adds up the partitions that would go whole, each counted as the worker would count it. */
final class PartitionTally {
  private static final String RELATION = "SELECT CAST(CAST(to_regclass(:name) AS oid) AS bigint)";

  private final Database database;
  private final RowTarget target;
  private final Consumer<String> keys;
  private final List<Partition> partitions = new ArrayList<>();

  PartitionTally(Database database, RowTarget target, Consumer<String> keys) {
    this.database = database;
    this.target = target;
    this.keys = keys;
  }

  /** Counts one; what is gone meanwhile counts for nothing. */
  Partition add(ExpiredPartition claim) {
    PartitionSize size = size(claim);
    Partition partition =
        new Partition(claim.partition(), claim.from(), claim.to(), size.rows(), size.bytes());
    partitions.add(partition);
    keys.accept(KeyLine.partition(claim.policy(), claim.partition()));
    return partition;
  }

  private PartitionSize size(ExpiredPartition claim) {
    return database
        .jdbi()
        .withHandle(
            handle -> {
              long relation =
                  handle
                      .createQuery(RELATION)
                      .bind("name", claim.partition())
                      .mapTo(Long.class)
                      .one();
              return PartitionSize.of(
                  handle,
                  relation,
                  claim.partition(),
                  new WholePartitions(target).key(),
                  claim.from(),
                  claim.to());
            });
  }

  /** Rows that take no time of their own. */
  long rows() {
    return partitions.stream().mapToLong(Partition::rows).sum();
  }

  List<Partition> partitions() {
    return partitions;
  }
}
