package dev.reclaim.bench.orphans;

/**
 * What was measured over one shelf, as the JSON has it.
 *
 * @param keysPerSecond of Reclaim, from the first key listed to the last event acknowledged
 * @param peakHeapMiB of the planner's process, right after a garbage collection
 */
record OrphansRun(
    long listed,
    long references,
    long orphans,
    int heapMiB,
    double keysPerSecond,
    double peakHeapMiB,
    double hashSetKeysPerSecond,
    double sqlKeysPerSecond) {}
