/**
 * Dropping a whole partition for one event, counted once.
 *
 * <p>The event is only a claim: that the partition's bounds prove it expired, and that nobody would
 * miss more than its rows, is found out here, by the worker's own policy and catalog. Then an
 * INTENT is committed; the partition is detached, which the application hardly feels; and in one
 * transaction what was detached is looked at again, counted, dropped and written into the ledger,
 * DONE. An INTENT that is open says what the one who met a crash has to go on with, whatever event
 * comes with it. What was detached and must not be dropped is attached again.
 */
@NullMarked
package dev.reclaim.worker.partitions;

import org.jspecify.annotations.NullMarked;
