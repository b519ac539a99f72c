/** The benchmark of orphans: a listing held against the references in a database. */
@NullMarked
package dev.reclaim.bench.orphans;

import org.jspecify.annotations.NullMarked;
