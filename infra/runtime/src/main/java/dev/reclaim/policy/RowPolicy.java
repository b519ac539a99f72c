package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.Newest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of a table that expire.
 *
 * @param where all must hold for a row to be claimed
 * @param labels label to the column of the policy's table that metrics are broken down by
 */
public record RowPolicy(
    String name,
    TableName table,
    Expiry expiry,
    List<Condition> where,
    Keeping keeping,
    Effect effect,
    Map<String, String> labels,
    Terms terms)
    implements Policy {

  /**
   * What keeps rows that have expired.
   *
   * @param conditions any that holds, or cannot be decided, keeps a row
   * @param protections references that keep a row while they exist
   * @param newest rows of each group that stay whatever their age
   */
  public record Keeping(
      List<Condition> conditions, List<Protection> protections, Optional<Newest> newest) {
    /** Nothing does. */
    public static final Keeping NOTHING = new Keeping(List.of(), List.of(), Optional.empty());
  }

  /**
   * What is done to a row, and what goes with it.
   *
   * @param set column to value: the row is marked with these instead of deleted; empty means delete
   * @param files columns that name files which go with the row
   * @param vacuum who makes the space of what went usable again
   */
  public record Effect(
      Map<String, String> set, Children children, List<LinkedFiles> files, Vacuum vacuum) {
    /** The row goes, alone. */
    public static final Effect DELETE = new Effect(Map.of(), Children.NONE, List.of());

    /** The space is left to autovacuum. */
    public Effect(Map<String, String> set, Children children, List<LinkedFiles> files) {
      this(set, children, files, Vacuum.LEFT);
    }
  }

  /** Who vacuums the tables of a policy. */
  public enum Vacuum {
    /** Autovacuum, as ever. */
    LEFT,
    /** We do after a large run. */
    AFTER
  }

  /**
   * Tables whose rows go with the row, first.
   *
   * @param family whether every table whose foreign keys lead here is meant, however far
   * @param listed tables that are named
   */
  public record Children(boolean family, List<Child> listed) {
    /** None but those that the database deletes along by itself. */
    public static final Children NONE = new Children(false, List.of());
  }

  /** A table whose rows refer to the policy's table and go with its rows. */
  public record Child(TableName table, String column) {}

  /** A column of the policy's table that names a file of a store. */
  public record LinkedFiles(String column, String store) {}

  @Override
  public String database() {
    return table.database();
  }

  @Override
  public Optional<Retention> retention() {
    return expiry.age().map(Expiry.Age::after);
  }

  /** Any that holds, or cannot be decided, keeps a row. */
  public List<Condition> keep() {
    return keeping.conditions();
  }

  public List<Protection> protections() {
    return keeping.protections();
  }

  public Children children() {
    return effect.children();
  }

  public List<LinkedFiles> files() {
    return effect.files();
  }

  /** Whether the tables are to be vacuumed after a large run. */
  public boolean vacuumsAfter() {
    return effect.vacuum() == Vacuum.AFTER;
  }

  /** Column to value, where rows are marked. */
  public Map<String, String> set() {
    return effect.set();
  }

  /** Whether rows are marked rather than deleted. */
  public boolean marks() {
    return !effect.set().isEmpty();
  }
}
