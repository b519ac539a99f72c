/**
 * Partitions that expire as a whole, as planner and worker both see them: found in the live
 * catalog, proven by their bounds alone, measured exactly.
 *
 * <p>Doubt leaves a partition to its rows: any other part of a policy that can keep a row, and
 * anything that would notice the deletion of a row and not the drop of a table.
 */
@NullMarked
package dev.reclaim.partitions;

import org.jspecify.annotations.NullMarked;
