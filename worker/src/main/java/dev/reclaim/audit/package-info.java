/**
 * The three accounts of every event held against each other: ledger, outcomes topic, metrics topic.
 *
 * <p>Ledger and outcomes are compared event by event. Both are read once, in whatever order they
 * come, and spilled by a digest of the event's identity into parts that fit in memory one at a
 * time. The metrics are compared window by window with the sums of the ledger and of what was
 * dropped from it. Reads only; what is still on its way from one to the next is counted apart.
 */
@NullMarked
package dev.reclaim.audit;

import org.jspecify.annotations.NullMarked;
