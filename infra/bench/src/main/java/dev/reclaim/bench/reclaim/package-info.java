/** Reclaim as it is installed for one turn: broker, metrics job, planner and workers, warmed up. */
@NullMarked
package dev.reclaim.bench.reclaim;

import org.jspecify.annotations.NullMarked;
