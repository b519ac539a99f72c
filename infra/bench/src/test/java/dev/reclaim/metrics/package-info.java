/** The stream's part of the simulation, which needs what only its package sees. */
@NullMarked
package dev.reclaim.metrics;

import org.jspecify.annotations.NullMarked;
