@NullMarked
package dev.reclaim.worker.pace;

import org.jspecify.annotations.NullMarked;
