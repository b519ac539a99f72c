package dev.reclaim.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The known name that is like the one written; empty where none is. */
  public static Optional<String> to(String written, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(written, each)))
        .filter(nearest -> isNear(written, nearest));
  }

  static boolean isNear(String written, String other) {
    return distance(written, other) <= Math.max(1, (written.length() + 1) / 3);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
