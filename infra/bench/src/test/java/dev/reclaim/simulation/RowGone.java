package dev.reclaim.simulation;

import java.time.Instant;
import java.util.List;

/**
 * A row that we have deleted, as it was when its deletion was committed.
 *
 * @param now of the deleting transaction
 * @param lockedAt when that had locked the row
 * @param references that were there by then
 */
record RowGone(String table, Row row, Instant now, long lockedAt, List<Asset> references) {}
