/** Deleting expired rows: one statement, the loops that people write, and Reclaim. */
@NullMarked
package dev.reclaim.bench.rows;

import org.jspecify.annotations.NullMarked;
