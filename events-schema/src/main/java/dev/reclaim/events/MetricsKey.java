package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on the metrics topic; compaction keeps the newest value of each.
 *
 * @param start first instant of the window, absent for {@link MetricsWindow#ALL}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MetricsKey(String policy, MetricsWindow window, @Nullable Instant start) {}
