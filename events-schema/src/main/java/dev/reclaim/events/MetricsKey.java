package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on the metrics topic; compaction keeps the newest value of each.
 *
 * @param start first instant of the window, absent for {@link MetricsWindow#ALL}
 * @param labels absent from the key of a policy's whole account; a key with labels is that of a
 *     part of it, which must not be added to the whole
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MetricsKey(
    String policy,
    MetricsWindow window,
    @Nullable Instant start,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels) {

  public MetricsKey {
    labels = Labels.sorted(labels);
  }

  /** The key of a policy's whole account. */
  public MetricsKey(String policy, MetricsWindow window, @Nullable Instant start) {
    this(policy, window, start, Map.of());
  }
}
