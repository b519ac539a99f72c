package dev.reclaim.check;

import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Condition.OneOf;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether rows can meet conditions together, as far as their text tells; in doubt they can. */
final class Overlap {
  private Overlap() {}

  /** False only where two of the conditions ask one column for different values. */
  static boolean possible(List<Condition> some, List<Condition> others) {
    List<Condition> all = new ArrayList<>(some);
    all.addAll(others);
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        if (all.get(i) instanceof OneOf a && all.get(j) instanceof OneOf b && apart(a, b)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean apart(OneOf a, OneOf b) {
    return a.column().equals(b.column())
        && Collections.disjoint(plain(a.values()), plain(b.values()));
  }

  /** What some type takes for the same has to be the same here: capitals, and zeros of numbers. */
  private static Set<String> plain(Collection<String> values) {
    return values.stream().map(Overlap::plain).collect(Collectors.toSet());
  }

  private static String plain(String value) {
    try {
      return new BigDecimal(value.strip()).stripTrailingZeros().toString();
    } catch (NumberFormatException e) {
      return value.strip().toLowerCase(Locale.ROOT);
    }
  }
}
