/** Ways to delete what has expired: statements, loops, bare key arrays, partitions, Reclaim. */
@NullMarked
package dev.reclaim.bench.contenders;

import org.jspecify.annotations.NullMarked;
