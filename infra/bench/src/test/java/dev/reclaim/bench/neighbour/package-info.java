@NullMarked
package dev.reclaim.bench.neighbour;

import org.jspecify.annotations.NullMarked;
