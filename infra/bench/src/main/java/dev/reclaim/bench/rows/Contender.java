package dev.reclaim.bench.rows;

/** One way to delete what has expired. */
interface Contender {
  String name();

  /**
   * Deletes everything that has expired in the database.
   *
   * @param rows how many rows that is, children included
   * @return how long it took, in ns, preparations left out
   */
  long deleteExpired(Server server, String database, long rows) throws Exception;
}
