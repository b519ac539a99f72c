@NullMarked
package dev.reclaim.check;

import org.jspecify.annotations.NullMarked;
