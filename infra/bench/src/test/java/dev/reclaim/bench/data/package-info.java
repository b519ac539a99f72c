@NullMarked
package dev.reclaim.bench.data;

import org.jspecify.annotations.NullMarked;
