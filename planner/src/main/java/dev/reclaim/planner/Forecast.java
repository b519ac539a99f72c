package dev.reclaim.planner;

import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.scan.RowSurvey.KeptBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run of a policy would do, were it done now.
 *
 * @param marks whether rows would be marked and not deleted
 * @param at the moment it judges by
 * @param cutoff what is older than this is due, where age matters
 * @param claimed rows or files that would be claimed
 * @param reclaimed what would be given back, as the run's account has it: children and linked files
 *     included
 * @param partitions those that would go whole; their rows are in {@code claimed}
 * @param oldest since when the oldest of what is claimed ages, ISO 8601; empty where age does not
 *     matter or nothing is claimed
 * @param newest likewise
 * @param sample the first of what is claimed, with its reasons
 * @param statements what would be done, as SQL or in words
 * @param notes what else people should hear
 */
public record Forecast(
    String policy,
    boolean marks,
    Instant at,
    Instant cutoff,
    long claimed,
    Reclaimed reclaimed,
    LinkedFiles linkedFiles,
    List<Partition> partitions,
    Optional<String> oldest,
    Optional<String> newest,
    Stays stays,
    List<Due> sample,
    List<String> statements,
    Estimate estimate,
    List<String> notes) {

  /** The same of a store whose files are only hidden. */
  Forecast hiding() {
    List<String> more = new ArrayList<>(notes);
    more.add(
        String.format(
            Locale.ROOT,
            "the bucket keeps versions: %,d bytes are free when these go, not before",
            reclaimed.bytes()));
    return new Forecast(
        policy,
        marks,
        at,
        cutoff,
        claimed,
        new Reclaimed(reclaimed.rows(), reclaimed.files(), 0),
        linkedFiles,
        partitions,
        oldest,
        newest,
        stays,
        sample,
        statements,
        estimate,
        more);
  }

  /**
   * Files that rows name and that would go with them.
   *
   * @param kept files that stay, because another row names them or a reference cannot be read
   */
  public record LinkedFiles(long files, long bytes, long kept) {
    static final LinkedFiles NONE = new LinkedFiles(0, 0, 0);
  }

  /**
   * A partition that would be dropped.
   *
   * @param from the lowest value of its key, included
   * @param to the highest, excluded
   */
  public record Partition(String partition, String from, String to, long rows, long bytes) {}

  /**
   * What is past its retention and stays.
   *
   * @param guarded rows or files that something refers to
   * @param by the same by what refers to them; what several keep counts for each
   * @param kept rows that the policy's {@code keep} keeps
   * @param undated rows whose date says nothing
   * @param refused rows that the database would not give up
   */
  public record Stays(long guarded, List<KeptBy> by, long kept, long undated, long refused) {}

  /** A row by its key, or a file by its path, and why it is due. */
  public record Due(Optional<List<String>> key, Optional<String> path, String because) {
    /** As people read it. */
    public String name() {
      return key.map(columns -> String.join(", ", columns)).or(() -> path).orElse("");
    }
  }

  /**
   * How long it may take; no promise.
   *
   * @param basis where the number is from
   */
  public record Estimate(long seconds, String basis) {}
}
