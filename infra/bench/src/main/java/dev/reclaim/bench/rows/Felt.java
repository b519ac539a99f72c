package dev.reclaim.bench.rows;

/**
 * What the neighbour felt.
 *
 * @param lockWaits its waits for a lock of 100 ms and more
 * @param transactions that the percentiles are over
 * @param seconds that the deletion beside it took, or that it was alone
 */
record Felt(double p50Ms, double p99Ms, long lockWaits, long transactions, double seconds) {}
