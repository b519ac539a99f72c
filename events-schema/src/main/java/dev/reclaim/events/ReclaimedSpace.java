package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The account of one policy over one window, or the part of it that belongs to certain labels: the
 * value of a record on the metrics topic.
 *
 * @param start first instant of the window, absent for all time
 * @param end first instant after the window, absent for all time
 * @param labels absent from the whole account; the accounts of all labels of a policy sum to the
 *     whole, from the day on which the policy was given its labels
 * @param reclaimed sum over the outcomes whose {@code completedAt} lies in the window
 * @param counts likewise; of labels only what was deleted and marked
 * @param events outcomes in the sums
 * @param duplicates outcomes that came again and were left out of the sums; of labels always 0
 * @param updatedAt {@code completedAt} of the newest outcome in the sums
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReclaimedSpace(
    String policy,
    MetricsWindow window,
    @Nullable Instant start,
    @Nullable Instant end,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    Reclaimed reclaimed,
    OutcomeCounts counts,
    long events,
    long duplicates,
    Instant updatedAt) {
  /** CloudEvents type of a metrics record. */
  public static final String TYPE = "dev.reclaim.reclaimed-space.v1";

  public ReclaimedSpace {
    labels = Labels.sorted(labels);
  }

  /** The whole account of a policy. */
  public ReclaimedSpace(
      String policy,
      MetricsWindow window,
      @Nullable Instant start,
      @Nullable Instant end,
      Reclaimed reclaimed,
      OutcomeCounts counts,
      long events,
      long duplicates,
      Instant updatedAt) {
    this(policy, window, start, end, Map.of(), reclaimed, counts, events, duplicates, updatedAt);
  }

  /** Whether this is a part of another account, not to be added to it. */
  public boolean labelled() {
    return !labels.isEmpty();
  }
}
