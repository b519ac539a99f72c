package dev.reclaim.worker.pace;

/**
 * The workers that are at work on one database, as its server shows them.
 *
 * @param workers how many, this one included
 * @param rank which of them this one is, from 0
 * @param seconds the database's clock, the same for all of them
 */
record Fleet(int workers, int rank, long seconds) {
  /** Nobody else. */
  static final Fleet ALONE = new Fleet(1, 0, 0);

  /** How long a worker keeps what does not divide evenly, until it is the next one's turn. */
  static final long ROUND_SECONDS = 5;

  /** Our part of something that comes in pieces; over some rounds everybody's is the same. */
  int share(int pieces) {
    long place = (rank + seconds / ROUND_SECONDS) % workers;
    return pieces / workers + (place < pieces % workers ? 1 : 0);
  }

  /** Our part of something that can be divided. */
  double share(double whole) {
    return whole / workers;
  }
}
