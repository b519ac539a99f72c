package dev.reclaim.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of a table that expire with age.
 *
 * @param where all must hold for a row to be claimed
 * @param keep any that holds, or cannot be decided, keeps a row
 * @param protections references that keep a row while they exist
 * @param children tables whose rows go with the row, first
 * @param files columns that name files which go with the row
 * @param set column to value: the row is marked with these instead of deleted; empty means delete
 * @param labels label to the column of the policy's table that metrics are broken down by
 */
public record RowPolicy(
    String name,
    TableName table,
    Expiry expiry,
    List<Condition> where,
    List<Condition> keep,
    List<Protection> protections,
    List<Child> children,
    List<LinkedFiles> files,
    Map<String, String> set,
    Map<String, String> labels,
    Optional<Schedule> schedule,
    boolean enabled)
    implements Policy {

  /** A table whose rows refer to the policy's table and go with its rows. */
  public record Child(TableName table, String column) {}

  /** A column of the policy's table that names a file of a store. */
  public record LinkedFiles(String column, String store) {}

  /**
   * A reference that keeps a row.
   *
   * @param match SQL over both tables, each by its bare name
   */
  public record Protection(TableName table, String match) {}

  @Override
  public String database() {
    return table.database();
  }

  /** Whether rows are marked rather than deleted. */
  public boolean marks() {
    return !set.isEmpty();
  }
}
