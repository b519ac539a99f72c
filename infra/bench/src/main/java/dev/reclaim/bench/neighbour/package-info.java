/** An application on the same table: its load at a fixed rate, its latencies, its lock waits. */
@NullMarked
package dev.reclaim.bench.neighbour;

import org.jspecify.annotations.NullMarked;
