/**
 * The worker: takes claims from the work topics, checks each against policy and live data, deletes,
 * and says what became of it.
 *
 * <p>Delivery is at least once and in no order; the ledger makes the effect exactly once. An offset
 * moves only past records that ended in the ledger or among the dead letters, and only along the
 * contiguous prefix.
 */
@NullMarked
package dev.reclaim.worker;

import org.jspecify.annotations.NullMarked;
