package dev.reclaim.bench.rows;

/** A part of the benchmark that can be measured by itself. */
enum Chapter {
  RANDOM,
  CLUSTERED,
  TOAST,
  CHILDLESS,
  PARTITIONED,
  NEIGHBOUR,
  GROWTH,
  SPACE
}
