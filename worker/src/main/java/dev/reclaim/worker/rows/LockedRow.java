package dev.reclaim.worker.rows;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that is due and locked by us.
 *
 * @param position of its key in the batch, from 0
 * @param files what each linked column of the policy says, in the policy's order
 * @param labels by which the row is accounted for
 */
record LockedRow(int position, List<@Nullable String> files, Map<String, String> labels) {}
