package dev.reclaim.space;

/**
 * Pages as a rewrite fills them: one after the other, each left for good when the next tuple does
 * not fit. Tables that grew may be denser, because gaps were filled later.
 */
final class Packing {
  static final int PAGE = 8192;
  static final int USABLE = PAGE - 24;

  private long pages;
  private int free;
  private double besides;

  /** A tuple more, with its line pointer. */
  void add(int tuple) {
    if (tuple > free) {
      pages++;
      free = USABLE;
    }
    free -= tuple;
  }

  /** Bytes more that are on other pages. */
  void addBesides(double bytes) {
    besides += bytes;
  }

  double bytes() {
    return (double) pages * PAGE + besides;
  }
}
