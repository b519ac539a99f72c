@NullMarked
package dev.reclaim.bench.reclaim;

import org.jspecify.annotations.NullMarked;
