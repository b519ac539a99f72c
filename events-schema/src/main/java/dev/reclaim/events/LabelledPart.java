package dev.reclaim.events;

import java.util.Map;

/**
 * The part of an outcome that belongs to rows of the same labels: the rows themselves, their
 * children, and the files that they named.
 *
 * @param labels name to value
 * @param deleted the part of the counts' {@code deleted}
 * @param marked the part of the counts' {@code marked}
 * @param reclaimed the part of what was reclaimed
 */
public record LabelledPart(
    Map<String, String> labels, long deleted, long marked, Reclaimed reclaimed) {

  public LabelledPart {
    labels = Labels.sorted(labels);
    Require.that(!labels.isEmpty(), "labels is missing or empty");
    Require.present("reclaimed", reclaimed);
  }

  /** Both together, under these labels. */
  public LabelledPart plus(LabelledPart other) {
    return new LabelledPart(
        labels, deleted + other.deleted, marked + other.marked, reclaimed.plus(other.reclaimed));
  }
}
