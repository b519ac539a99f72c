@NullMarked
package dev.reclaim.partitions;

import org.jspecify.annotations.NullMarked;
