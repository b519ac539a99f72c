package dev.reclaim.simulation;

/**
 * What refers to a job or to a file.
 *
 * @param job empty where it refers to none
 * @param url of a file; empty likewise
 * @param hard made under the lock of the job, as a foreign key is
 * @param madeAt when it was committed
 */
record Asset(String key, String job, String url, boolean hard, long madeAt) {}
