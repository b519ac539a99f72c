package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The account of one policy over one window: the value of a record on the metrics topic.
 *
 * @param start first instant of the window, absent for all time
 * @param end first instant after the window, absent for all time
 * @param reclaimed sum over the outcomes whose {@code completedAt} lies in the window
 * @param counts likewise
 * @param events outcomes in the sums
 * @param duplicates outcomes that came again and were left out of the sums
 * @param updatedAt {@code completedAt} of the newest outcome in the sums
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReclaimedSpace(
    String policy,
    MetricsWindow window,
    @Nullable Instant start,
    @Nullable Instant end,
    Reclaimed reclaimed,
    OutcomeCounts counts,
    long events,
    long duplicates,
    Instant updatedAt) {
  /** CloudEvents type of a metrics record. */
  public static final String TYPE = "dev.reclaim.reclaimed-space.v1";
}
