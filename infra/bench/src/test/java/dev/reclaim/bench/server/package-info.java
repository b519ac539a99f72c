@NullMarked
package dev.reclaim.bench.server;

import org.jspecify.annotations.NullMarked;
