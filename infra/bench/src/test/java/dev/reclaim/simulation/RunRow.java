package dev.reclaim.simulation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of runs.
 *
 * @param notes what its scan had to say
 * @param end absent while it is unfinished
 */
record RunRow(
    String id,
    String policy,
    Instant cutoff,
    Instant startedAt,
    boolean keepKeys,
    Lease lease,
    Progress progress,
    List<String> notes,
    Optional<End> end) {
  /** Who has it, and until when nobody else may. */
  record Lease(String owner, Instant until) {}

  /** How far it is. */
  record Progress(
      long pass,
      String position,
      String state,
      long claimed,
      long guarded,
      long undated,
      long refused) {
    static final Progress NONE = new Progress(1, "", "planning", 0, 0, 0, 0);
  }

  /** How it ended. */
  record End(String state, @Nullable String problem, Instant at) {}

  boolean unfinished() {
    return end.isEmpty();
  }

  RunRow leased(Lease other) {
    return new RunRow(id, policy, cutoff, startedAt, keepKeys, other, progress, notes, end);
  }

  RunRow at(Progress other) {
    return new RunRow(id, policy, cutoff, startedAt, keepKeys, lease, other, notes, end);
  }

  RunRow noting(List<String> others) {
    return new RunRow(id, policy, cutoff, startedAt, keepKeys, lease, progress, others, end);
  }

  RunRow ended(End how) {
    return new RunRow(
        id, policy, cutoff, startedAt, keepKeys, lease, progress, notes, Optional.of(how));
  }
}
