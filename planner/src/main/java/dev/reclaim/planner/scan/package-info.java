/**
 * Finding what should go, without effects: rows by ranges of heap blocks, files by a complete
 * listing held against every reference.
 *
 * <p>Transactions are short and memory is bounded whatever the size of table or store. What is
 * found is a claim; what is missed is found by the next run.
 */
@NullMarked
package dev.reclaim.planner.scan;

import org.jspecify.annotations.NullMarked;
