package dev.reclaim.worker.rows;

/** Claims cannot share a transaction: a row of one of them asks for more care. */
final class UnevenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnevenException(String why) {
    super(why, null, false, false);
  }
}
