/** The benchmark of rows, a class for each chapter, and the report that they fill. */
@NullMarked
package dev.reclaim.bench.rows;

import org.jspecify.annotations.NullMarked;
