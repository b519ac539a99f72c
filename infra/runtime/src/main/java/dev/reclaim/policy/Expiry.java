package dev.reclaim.policy;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When a row has expired: all that is said must hold, and at least one thing is said.
 *
 * @param when an expression in the operator's own SQL, for rows that should not be there at all
 * @param orphaned rows whose parent is gone
 * @param files what has to be true of the files that the row names
 */
public record Expiry(
    Optional<Age> age, Optional<String> when, Optional<Orphaned> orphaned, Files files) {

  /** Whatever the files are. */
  public Expiry(Optional<Age> age, Optional<String> when, Optional<Orphaned> orphaned) {
    this(age, when, orphaned, Files.ANY);
  }

  /** By age alone. */
  public static Expiry of(Age age) {
    return new Expiry(Optional.of(age), Optional.empty(), Optional.empty());
  }

  /** What has to be true of the files that a row names, for the row to go. */
  public enum Files {
    /** Nothing. */
    ANY,
    /** It names one at least, and none of those that it names is there. */
    GONE
  }

  /** Whether rows go because their files are gone. */
  public boolean dangling() {
    return files == Files.GONE;
  }

  /**
   * A row is too old.
   *
   * @param by the column that says how old it is; NULL never expires
   * @param zone how to read a column without a zone ({@code timestamp}, {@code date})
   * @param unit what a number counts since 1970 in UTC
   * @param forever what becomes of {@code -infinity}
   */
  public record Age(
      Retention after,
      String by,
      Optional<ZoneId> zone,
      Optional<EpochUnit> unit,
      MinusInfinity forever) {}

  /** What a number that says a time counts. */
  public enum EpochUnit {
    SECONDS(1),
    MILLISECONDS(1_000),
    MICROSECONDS(1_000_000);

    private final long perSecond;

    EpochUnit(long perSecond) {
      this.perSecond = perSecond;
    }

    /** How many of it a second has. */
    public long perSecond() {
      return perSecond;
    }
  }

  /** What a date of {@code -infinity} says: nothing, so that the row stays, or since ever. */
  public enum MinusInfinity {
    KEEP,
    EXPIRE
  }

  /**
   * A row whose parent is gone. NULL has no parent to miss and stays.
   *
   * @param column of the policy's table
   * @param parentColumn what it names; empty for the parent's primary key
   */
  public record Orphaned(TableName parent, String column, Optional<String> parentColumn) {}

  /**
   * The newest rows of a group, which stay whatever their age. Only rows for which {@code where}
   * holds are counted; a row whose group is NULL stays.
   *
   * @param count how many
   * @param per columns that make a group
   * @param by the column that says which is newer
   */
  public record Newest(int count, List<String> per, String by) {}
}
