package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event, said once it is final; sent again unchanged when the event is delivered
 * again.
 *
 * @param event the event that was carried out
 * @param counts what became of each distinct key or file, or of a partition
 * @param reclaimed what was deleted, children included
 * @param children the part of {@code reclaimed} that was children of the claimed rows
 * @param labelled {@code reclaimed} and what was deleted and marked, broken down by the policy's
 *     labels: at most {@value #LABELLED_MAX} parts that sum to the whole; empty, and left out of
 *     the JSON, where the policy has no labels or nothing was done
 * @param notes in words, why keys were kept; at most {@value #NOTES_MAX}, never row content
 * @param duration from the start of the last attempt to its end
 * @param attempts how often it was tried, 1 at least
 * @param worker who carried it out, for people
 * @param completedAt on the database's clock; becomes the outcome's record timestamp, also when it
 *     is sent again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CleanupOutcome(
    EventIdentity event,
    String policy,
    @Nullable String run,
    ClaimKind kind,
    OutcomeCounts counts,
    Reclaimed reclaimed,
    Reclaimed children,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LabelledPart> labelled,
    List<String> notes,
    Duration duration,
    int attempts,
    String worker,
    Instant completedAt) {
  /** CloudEvents type of an outcome. */
  public static final String TYPE = "dev.reclaim.cleanup-outcome.v1";

  /** Most notes that one outcome carries. */
  public static final int NOTES_MAX = 10;

  /** Most parts of one outcome: 200 labels apart, and one for the rest. */
  public static final int LABELLED_MAX = 201;

  public CleanupOutcome {
    Require.present("event", event);
    Require.text("policy", policy);
    Require.present("kind", kind);
    Require.present("counts", counts);
    Require.present("reclaimed", reclaimed);
    Require.present("children", children);
    Require.present("completedAt", completedAt);
    labelled = labelled == null ? List.of() : List.copyOf(labelled);
    requireWhole(labelled, counts, reclaimed);
    notes = notes == null ? List.of() : notes.stream().limit(NOTES_MAX).toList();
  }

  /** An outcome that is not broken down. */
  public CleanupOutcome(
      EventIdentity event,
      String policy,
      @Nullable String run,
      ClaimKind kind,
      OutcomeCounts counts,
      Reclaimed reclaimed,
      Reclaimed children,
      List<String> notes,
      Duration duration,
      int attempts,
      String worker,
      Instant completedAt) {
    this(
        event,
        policy,
        run,
        kind,
        counts,
        reclaimed,
        children,
        List.of(),
        notes,
        duration,
        attempts,
        worker,
        completedAt);
  }

  private static void requireWhole(
      List<LabelledPart> labelled, OutcomeCounts counts, Reclaimed reclaimed) {
    Require.that(labelled.size() <= LABELLED_MAX, "labelled holds more than %d", LABELLED_MAX);
    if (!labelled.isEmpty()) {
      LabelledPart sum = labelled.stream().reduce(LabelledPart::plus).orElseThrow();
      Require.that(
          sum.deleted() == counts.deleted()
              && sum.marked() == counts.marked()
              && sum.reclaimed().equals(reclaimed),
          "labelled does not sum to counts and reclaimed");
    }
  }
}
