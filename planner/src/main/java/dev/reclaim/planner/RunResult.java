package dev.reclaim.planner;

import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How a run ended, and its account from the ledgers.
 *
 * @param cutoff as of when it judged; of a run that was gone on with, as it was begun
 * @param resumed whether it was begun by another process, or asked for earlier
 * @param guarded rows past their retention that were not even claimed, because something refers to
 *     them; for files, those that a row names
 * @param undated rows that stay because their date says nothing
 * @param refused rows past their retention that were not claimed because the database would not
 *     give them up
 * @param counts what became of the claimed rows
 * @param fileCounts what became of the claimed files, follow-ups included
 * @param reusableBytesEstimate about what the deleted rows left reusable by the database, whole
 *     partitions left out; not to be taken for the logical bytes in {@code reclaimed}
 * @param deadLetters events of the run that could not be understood
 * @param problem why it is not complete
 */
public record RunResult(
    String run,
    String policy,
    Instant cutoff,
    State state,
    boolean resumed,
    long claimed,
    long guarded,
    long undated,
    long refused,
    OutcomeCounts counts,
    OutcomeCounts fileCounts,
    Reclaimed reclaimed,
    OptionalLong reusableBytesEstimate,
    long deadLetters,
    Optional<String> problem,
    List<String> notes) {

  /** The same with more to say. */
  RunResult noting(List<String> more) {
    return new RunResult(
        run,
        policy,
        cutoff,
        state,
        resumed,
        claimed,
        guarded,
        undated,
        refused,
        counts,
        fileCounts,
        reclaimed,
        reusableBytesEstimate,
        deadLetters,
        problem,
        Stream.concat(notes.stream(), more.stream()).toList());
  }

  /** The same with what its deleted rows left reusable. */
  RunResult estimating(OptionalLong reusableBytes) {
    return new RunResult(
        run,
        policy,
        cutoff,
        state,
        resumed,
        claimed,
        guarded,
        undated,
        refused,
        counts,
        fileCounts,
        reclaimed,
        reusableBytes,
        deadLetters,
        problem,
        notes);
  }

  /** The ends of a run. */
  public enum State {
    /** Every event was settled and nothing that was due is left. */
    COMPLETE,
    /** Every event was settled, but something that was due is still there. */
    INCOMPLETE
  }
}
