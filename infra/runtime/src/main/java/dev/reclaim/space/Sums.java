package dev.reclaim.space;

import dev.reclaim.space.RowLayout.Modelled;

/** Sums over modelled rows. */
final class Sums {
  private final long[] indexed;
  private long rows;
  private double heap;
  private double inline;
  private double outside;
  private double toast;
  private double toastSquares;

  /** Nothing yet, of a table with so many kinds of indexes. */
  Sums(int indexes) {
    this.indexed = new long[indexes];
  }

  /**
   * One row more.
   *
   * @param held whether the indexes hold it, kind by kind
   */
  void add(Modelled row, boolean[] held) {
    rows++;
    heap += row.heap();
    inline += row.inline();
    outside += row.outside();
    toast += row.toast();
    toastSquares += row.toast() * row.toast();
    for (int i = 0; i < indexed.length; i++) {
      indexed[i] += held[i] ? 1 : 0;
    }
  }

  long rows() {
    return rows;
  }

  double heap() {
    return heap;
  }

  double toast() {
    return toast;
  }

  /** Rows that the indexes of a kind hold. */
  long indexed(int kind) {
    return indexed[kind];
  }

  double inlinePerRow() {
    return inline / rows;
  }

  /** What a row takes on its page beyond its logical bytes. */
  double overheadPerRow() {
    return (heap - inline) / rows;
  }

  boolean holdsOutside() {
    return outside > 0;
  }

  /** Bytes of TOAST for each logical byte there. */
  double toastPerByte() {
    return toast / outside;
  }

  /** Standard error of the mean of TOAST, as a part of it. */
  double toastError() {
    double mean = toast / rows;
    double variance = Math.max(0, toastSquares / rows - mean * mean);
    return Math.sqrt(variance / rows) / mean;
  }
}
