/** The worker's part of the simulation, which needs what only its package sees. */
@NullMarked
package dev.reclaim.worker;

import org.jspecify.annotations.NullMarked;
