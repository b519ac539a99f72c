package dev.reclaim.bench.rows;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param jobs rows of the main tables; other tables are sized after them
 * @param rounds in which each contender has its turn on the main tables
 * @param sideRounds likewise on the other tables
 * @param keysPerTransaction of the bare key arrays: as many as Reclaim puts into a transaction
 * @param alone how long the neighbour has the database to itself
 */
record Scale(long jobs, int rounds, int sideRounds, int keysPerTransaction, Duration alone) {
  static final long JOBS = 1_000_000;
  static final int ROUNDS = 3;

  private static final long QUICK_JOBS = 80_000;

  static Scale full(int keysPerTransaction) {
    return new Scale(JOBS, ROUNDS, 2, keysPerTransaction, Duration.ofSeconds(15));
  }

  /** One round over a twelfth: shows that all works, and figures that are not worth much. */
  static Scale quick(int keysPerTransaction) {
    return new Scale(QUICK_JOBS, 1, 1, keysPerTransaction, Duration.ofSeconds(3));
  }

  Scale withJobs(long other) {
    return new Scale(other, rounds, sideRounds, keysPerTransaction, alone);
  }

  Scale withRounds(int other) {
    return new Scale(jobs, other, Math.min(other, sideRounds), keysPerTransaction, alone);
  }

  /** A TOAST row takes about ten times the space of a plain one. */
  long toastJobs() {
    return jobs / 8;
  }

  long partitionJobs() {
    return jobs / 2;
  }

  long spaceJobs() {
    return jobs / 5;
  }

  long[] growth() {
    return new long[] {jobs / 10, jobs, jobs * 4};
  }
}
