package dev.reclaim.bench.rows;

/**
 * One size of the table.
 *
 * @param rows jobs in it, half of them expired
 * @param rowsPerSecond that were deleted, logs included, end to end
 * @param plannerHeapMiB most that was in use right after a garbage collection
 * @param deleted rows, logs included
 * @param overheadSeconds what a run over a single row takes, end to end
 */
record Growth(
    long rows,
    double rowsPerSecond,
    double plannerHeapMiB,
    double workerHeapMiB,
    long deleted,
    double seconds,
    double overheadSeconds) {}
