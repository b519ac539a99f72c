/** Ten thousand hostile events against everything that they must not be able to do. */
@NullMarked
package dev.reclaim.worker.trust;

import org.jspecify.annotations.NullMarked;
