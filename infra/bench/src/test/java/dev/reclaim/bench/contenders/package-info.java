@NullMarked
package dev.reclaim.bench.contenders;

import org.jspecify.annotations.NullMarked;
