package dev.reclaim.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.ReclaimedSpace;
import org.jspecify.annotations.Nullable;

/**
 * One step of making a policy's accounts anew, on the topic of the rebuild: the first begins it and
 * has neither a total nor an outcome.
 *
 * @param rebuild which one; a later one of the same policy ends it
 * @param total sums over many events: an hour of the whole, or a day of what has labels
 * @param outcome one event, which may come on its own topic, too
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RebuildStep(
    String rebuild,
    String policy,
    @Nullable ReclaimedSpace total,
    @Nullable CleanupOutcome outcome) {
  RebuildStep {
    boolean mixed =
        (total != null && !total.policy().equals(policy))
            || (outcome != null && !outcome.policy().equals(policy));
    if (rebuild == null || policy == null || mixed) {
      throw new InvalidEventException("no step of a rebuild");
    }
  }

  static RebuildStep begin(String rebuild, String policy) {
    return new RebuildStep(rebuild, policy, null, null);
  }

  static RebuildStep of(String rebuild, ReclaimedSpace total) {
    return new RebuildStep(rebuild, total.policy(), total, null);
  }

  static RebuildStep of(String rebuild, CleanupOutcome outcome) {
    return new RebuildStep(rebuild, outcome.policy(), null, outcome);
  }
}
