@NullMarked
package dev.reclaim.bench.rows;

import org.jspecify.annotations.NullMarked;
