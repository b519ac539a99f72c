package dev.reclaim.planner.scan;

import dev.reclaim.planner.scan.RowPosition.Way;
import java.util.Locale;
import java.util.Optional;

/**
 * Which way to read a relation costs fewer pages: all of its heap, or an index over the age and the
 * expired rows one by one.
 *
 * @param expected blocks or rows that lie before the scan
 * @param because for the log
 */
record ScanChoice(Way way, long expected, String because) {
  /** A smaller heap is read at once, whatever is in it. */
  static final long BLOCKS_MIN = 1_024;

  /** What reading a page at a random place costs, pages in a row being 1: the server's default. */
  private static final double RANDOM_PAGE = 4;

  /** How much cheaper an index has to look: statistics lag behind, and an index is read twice. */
  private static final double MARGIN = 2;

  /** Beyond so many rows of one value an index would be read again and again. */
  private static final double TIED_MAX = 200_000;

  /**
   * What is known of a relation.
   *
   * @param rows as the statistics have it; not positive where there are none
   * @param expired rows that are old enough, as the server estimates
   * @param index over the age; empty where there is none that can be read in its order
   * @param correlation of the age with the places of its rows, -1 to 1
   * @param tied share of the most common age
   */
  record Known(
      long blocks,
      double rows,
      double expired,
      Optional<String> index,
      double correlation,
      double tied) {}

  static ScanChoice of(Known known) {
    if (known.index().isEmpty()) {
      return heap(known, "no index begins with the age");
    }
    if (known.rows() <= 0) {
      return heap(known, "there are no statistics");
    }
    if (known.tied() * known.rows() > TIED_MAX) {
      return heap(known, "too many rows are of the same age");
    }
    double pages = pages(known) * MARGIN;
    String costs =
        String.format(
            Locale.ROOT,
            "%,.0f of %,.0f rows by %s would cost %,.0f pages, the heap has %,d",
            known.expired(),
            known.rows(),
            known.index().get(),
            pages,
            known.blocks());
    return pages < known.blocks()
        ? new ScanChoice(Way.INDEX, Math.max(1, (long) known.expired()), costs)
        : heap(known, costs);
  }

  private static ScanChoice heap(Known known, String because) {
    return new ScanChoice(Way.HEAP, known.blocks(), because);
  }

  /** Between rows that lie together and rows each on a page of its own, as the server reckons. */
  private static double pages(Known known) {
    double together = known.expired() * known.blocks() / known.rows();
    double apart = RANDOM_PAGE * Math.min(known.expired(), (double) known.blocks());
    double ordered = known.correlation() * known.correlation();
    return ordered * together + (1 - ordered) * apart;
  }
}
