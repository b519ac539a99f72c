/**
 * The planner: carries policies' runs from their start to their end.
 *
 * <p>A run scans, says what it found as events, waits until each of them is settled, and looks once
 * more where rows were locked. Its state is in the database before its first event is sent, so that
 * another planner can go on where it was killed. It deletes nothing.
 */
@NullMarked
package dev.reclaim.planner;

import org.jspecify.annotations.NullMarked;
