/** The planner's part of the simulation, which needs what only its package sees. */
@NullMarked
package dev.reclaim.planner;

import org.jspecify.annotations.NullMarked;
