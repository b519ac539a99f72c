package dev.reclaim.store;

import java.util.Comparator;

/** The order in which S3 lists keys: that of their UTF-8 bytes, which is that of code points. */
enum KeyOrder implements Comparator<String> {
  UTF_8;

  @Override
  public int compare(String left, String right) {
    int both = Math.min(left.length(), right.length());
    for (int i = 0; i < both; i++) {
      if (left.charAt(i) != right.charAt(i)) {
        return rank(left.charAt(i)) - rank(right.charAt(i));
      }
    }
    return left.length() - right.length();
  }

  /** Halves of pairs come after all characters that stand alone. */
  private static int rank(char unit) {
    return Character.isSurrogate(unit) ? unit + 0x1_0000 : unit;
  }
}
