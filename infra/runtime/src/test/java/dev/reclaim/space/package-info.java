@NullMarked
package dev.reclaim.space;

import org.jspecify.annotations.NullMarked;
