@NullMarked
package dev.reclaim.testing;

import org.jspecify.annotations.NullMarked;
