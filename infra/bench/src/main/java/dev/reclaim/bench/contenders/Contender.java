package dev.reclaim.bench.contenders;

/** One way to delete what has expired. */
public interface Contender {
  /** Its name in the report. */
  String key();

  /** Deletes everything that has expired and notes how long it took. */
  void take(Turn turn) throws Exception;

  /** Whether it is the whole of the work, so that nothing expired may be left. */
  default boolean deletes() {
    return true;
  }
}
