@NullMarked
package dev.reclaim.bench.chaos;

import org.jspecify.annotations.NullMarked;
