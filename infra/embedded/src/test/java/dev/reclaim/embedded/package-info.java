@NullMarked
package dev.reclaim.embedded;

import org.jspecify.annotations.NullMarked;
