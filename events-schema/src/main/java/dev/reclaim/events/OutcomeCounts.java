package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;

/**
 * What became of the keys or files of events; the members but {@code deletedInferred} and {@code
 * quarantined} sum to the number of distinct keys. A whole partition counts as its rows, all {@code
 * deleted}, where it was dropped, and as one of another member where it was not.
 *
 * @param deleted gone, by this event, exactly
 * @param deletedInferred the part of {@code deleted} whose confirmation was lost: the store no
 *     longer had the file when it was asked again
 * @param marked set as the policy says instead of deleted, exactly
 * @param guarded kept because something refers to it; {@code protected} in JSON
 * @param held kept by a legal hold
 * @param refused the database would not give the row up, or the store the version, because of a
 *     legal hold or a retention of its own
 * @param locked in use by the application; belongs to the run's next pass
 * @param changed no longer what was claimed: renewed, not expired, replaced or too young
 * @param missing already gone, or carried out by another event
 * @param failed could not be deleted for another reason
 * @param quarantined the part of {@code deleted} that lies in the store's quarantine, from where it
 *     can be brought back; like those after it left out of the JSON where it is 0
 * @param purged removed from the quarantine for good; was counted as {@code deleted} before
 * @param restored brought back from the quarantine to its path; {@code reclaimed} says it as
 *     negative
 */
public record OutcomeCounts(
    long deleted,
    long deletedInferred,
    long marked,
    @JsonProperty("protected") long guarded,
    long held,
    long refused,
    long locked,
    long changed,
    long missing,
    long failed,
    @JsonInclude(Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY) long quarantined,
    @JsonInclude(Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY) long purged,
    @JsonInclude(Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY) long restored) {
  public static final OutcomeCounts NONE = new OutcomeCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Where no quarantine has a part in it. */
  public OutcomeCounts(
      long deleted,
      long deletedInferred,
      long marked,
      long guarded,
      long held,
      long refused,
      long locked,
      long changed,
      long missing,
      long failed) {
    this(
        deleted,
        deletedInferred,
        marked,
        guarded,
        held,
        refused,
        locked,
        changed,
        missing,
        failed,
        0,
        0,
        0);
  }

  public OutcomeCounts plus(OutcomeCounts other) {
    return new OutcomeCounts(
        deleted + other.deleted,
        deletedInferred + other.deletedInferred,
        marked + other.marked,
        guarded + other.guarded,
        held + other.held,
        refused + other.refused,
        locked + other.locked,
        changed + other.changed,
        missing + other.missing,
        failed + other.failed,
        quarantined + other.quarantined,
        purged + other.purged,
        restored + other.restored);
  }

  /** The same with a quarantine's part in it. */
  public OutcomeCounts quarantine(long moved, long removed, long broughtBack) {
    return new OutcomeCounts(
        deleted,
        deletedInferred,
        marked,
        guarded,
        held,
        refused,
        locked,
        changed,
        missing,
        failed,
        moved,
        removed,
        broughtBack);
  }

  /** Number of distinct keys or files that were judged. */
  public long sum() {
    return deleted + marked + guarded + held + refused + locked + changed + missing + failed
        + purged + restored;
  }
}
