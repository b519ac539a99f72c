@NullMarked
package dev.reclaim.bench;

import org.jspecify.annotations.NullMarked;
