@NullMarked
package dev.reclaim.crash;

import org.jspecify.annotations.NullMarked;
