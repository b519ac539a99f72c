package dev.reclaim.planner.scan;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.partitions.WholePartition;
import dev.reclaim.partitions.WholePartitions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Partitions that go whole first, one claim each, and then the rows of all others.
 *
 * <p>Where none goes whole, this is the scan of the rows and nothing else. A partition that a
 * worker has detached and not dropped is claimed again, or nobody would go on with it.
 */
public final class PartitionScan implements Scan {
  /** Where the rows begin; no scan of rows has a position like it. */
  private static final String ROWS = "rows";

  private static final String DETACHED =
      """
      SELECT name, parent_name, lower_bound, upper_bound
        FROM reclaim.partition_intent
       WHERE policy = :policy AND state = 'intent'
       ORDER BY opened_at, name
      """;

  private final String policy;
  private final String run;
  private final Instant cutoff;
  private final List<Claim> claims;
  private final Scan rows;

  /**
   * A scan that sees the partitions as they are now.
   *
   * @param cutoff what is older than this is claimed
   * @param rows makes the scan of the rows, without those of the relations of these names
   */
  public PartitionScan(
      Database database,
      RowTarget target,
      String run,
      Instant cutoff,
      Function<Set<String>, Scan> rows) {
    this.policy = target.policy().name();
    this.run = run;
    this.cutoff = cutoff;
    this.claims = database.jdbi().withHandle(handle -> claims(handle, new WholePartitions(target)));
    this.rows =
        rows.apply(
            claims.stream()
                .map(claim -> ((ExpiredPartition) claim).partition())
                .collect(Collectors.toUnmodifiableSet()));
  }

  private List<Claim> claims(Handle handle, WholePartitions partitions) {
    List<Claim> found = new ArrayList<>();
    for (WholePartition due : partitions.due(handle, cutoff)) {
      found.add(claim(due.parentName(), due.name(), due.from(), due.to()));
    }
    if (Books.readable(handle, "partition_intent")) {
      handle
          .createQuery(DETACHED)
          .bind("policy", policy)
          .map(
              (row, context) ->
                  claim(
                      row.getString("parent_name"),
                      row.getString("name"),
                      row.getString("lower_bound"),
                      row.getString("upper_bound")))
          .filter(claim -> !found.contains(claim))
          .forEach(found::add);
    }
    return List.copyOf(found);
  }

  private Claim claim(String table, String partition, String from, String to) {
    return new ExpiredPartition(policy, run, cutoff, table, partition, from, to);
  }

  @Override
  public Batch next(String position) {
    if (position.equals(START) && !claims.isEmpty()) {
      return new Batch(claims, 0, 0, 0, ROWS, 0, false);
    }
    return rows.next(position.equals(ROWS) ? START : position);
  }

  @Override
  public List<String> notes() {
    return rows.notes();
  }

  @Override
  public void close() {
    rows.close();
  }
}
