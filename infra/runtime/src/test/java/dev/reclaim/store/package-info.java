@NullMarked
package dev.reclaim.store;

import org.jspecify.annotations.NullMarked;
