package dev.reclaim.metrics;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.Labels;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The parts of outcomes that become accounts of their own, by day and for all time. Hours are left
 * to the whole accounts: they would multiply the keys by 24.
 *
 * <p>A policy has a bounded number of such accounts for all time; labels that come when all are
 * taken are summed as {@link Labels#OTHER}. Which these are depends on the order of the outcomes;
 * the sum of all parts does not.
 */
final class LabelledSums {
  /** Most accounts of one policy, beside the one of the rest. */
  static final int ACCOUNTS_MAX = 1_000;

  static final List<MetricsWindow> WINDOWS = List.of(MetricsWindow.DAY, MetricsWindow.ALL);

  private final KeyValueStore<MetricsKey, ReclaimedSpace> sums;
  private final KeyValueStore<String, Integer> taken;

  /**
   * Looks into the stores of one task.
   *
   * @param taken number of accounts by policy
   */
  LabelledSums(
      KeyValueStore<MetricsKey, ReclaimedSpace> sums, KeyValueStore<String, Integer> taken) {
    this.sums = sums;
    this.taken = taken;
  }

  /** The outcome's parts, each under the labels of its account, which are taken from now on. */
  Collection<LabelledPart> parts(CleanupOutcome outcome) {
    Map<Map<String, String>, LabelledPart> parts = new LinkedHashMap<>();
    for (LabelledPart part : outcome.labelled()) {
      Map<String, String> labels = account(outcome.policy(), part.labels());
      parts.merge(
          labels,
          new LabelledPart(labels, part.deleted(), part.marked(), part.reclaimed()),
          LabelledPart::plus);
    }
    return parts.values();
  }

  /** The labels of the account that takes these in, which are taken from now on. */
  Map<String, String> account(String policy, Map<String, String> labels) {
    return take(policy, labels) ? labels : Labels.other(labels);
  }

  /** Gives all places of a policy back; its accounts have to be gone. */
  void forget(String policy) {
    Integer unused = taken.delete(policy);
  }

  private boolean take(String policy, Map<String, String> labels) {
    boolean known = sums.get(new MetricsKey(policy, MetricsWindow.ALL, null, labels)) != null;
    if (known || labels.equals(Labels.other(labels))) {
      return true;
    }
    int before = Objects.requireNonNullElse(taken.get(policy), 0);
    if (before >= ACCOUNTS_MAX) {
      return false;
    }
    taken.put(policy, before + 1);
    return true;
  }
}
