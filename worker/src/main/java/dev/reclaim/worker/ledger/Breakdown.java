package dev.reclaim.worker.ledger;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.Labels;
import dev.reclaim.events.Reclaimed;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an event has done so far, by labels. What has no labels is left out. */
public final class Breakdown {
  /** Most labels that an outcome keeps apart; the rest is summed as {@link Labels#OTHER}. */
  static final int APART_MAX = CleanupOutcome.LABELLED_MAX - 1;

  private static final Comparator<LabelledPart> LARGEST_FIRST =
      Comparator.<LabelledPart>comparingLong(part -> part.reclaimed().bytes())
          .thenComparingLong(part -> part.deleted() + part.marked())
          .reversed()
          .thenComparing(LabelledPart::labels, Labels.ORDER);

  private final Map<Map<String, String>, LabelledPart> parts = new LinkedHashMap<>();

  /** Adds to what these labels have. */
  public void add(Map<String, String> labels, long deleted, long marked, Reclaimed reclaimed) {
    if (!labels.isEmpty()) {
      put(parts, new LabelledPart(labels, deleted, marked, reclaimed));
    }
  }

  /** Adds all of another. */
  public void add(Breakdown other) {
    other.parts.values().forEach(part -> put(parts, part));
  }

  /** As an outcome says it, the largest first; the sum is that of all that was added. */
  public List<LabelledPart> parts() {
    Map<Map<String, String>, LabelledPart> said = new LinkedHashMap<>();
    for (LabelledPart part : parts.values().stream().sorted(LARGEST_FIRST).toList()) {
      put(said, said.size() < APART_MAX ? part : asOther(part));
    }
    return sorted(said.values());
  }

  private static List<LabelledPart> sorted(Collection<LabelledPart> parts) {
    return parts.stream().sorted(LARGEST_FIRST).toList();
  }

  private static LabelledPart asOther(LabelledPart part) {
    return new LabelledPart(
        Labels.other(part.labels()), part.deleted(), part.marked(), part.reclaimed());
  }

  private static void put(Map<Map<String, String>, LabelledPart> into, LabelledPart part) {
    into.merge(part.labels(), part, LabelledPart::plus);
  }
}
