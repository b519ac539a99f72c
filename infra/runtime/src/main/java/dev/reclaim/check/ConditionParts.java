package dev.reclaim.check;

import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Places;
import java.util.ArrayList;
import java.util.List;

/** Finds where each of the conditions below one key stands: alone, as columns, or in a list. */
final class ConditionParts {
  private ConditionParts() {}

  /** A part for each condition, in their order. */
  static List<String> of(Places places, String key, List<? extends Condition> conditions) {
    List<String> parts = new ArrayList<>();
    boolean listed = places.has(key + "[0]");
    int item = 0;
    for (Condition condition : conditions) {
      String below = condition instanceof Condition.OneOf values ? "." + values.column() : "";
      if (!listed) {
        parts.add(key + below);
        continue;
      }
      while (!below.isEmpty()
          && !places.has(key + "[" + item + "]" + below)
          && places.has(key + "[" + item + "]")) {
        item++;
      }
      while (below.isEmpty() && places.hasBelow(key + "[" + item + "]")) {
        item++;
      }
      parts.add(key + "[" + item + "]" + below);
      item += below.isEmpty() ? 1 : 0;
    }
    return parts;
  }
}
