package dev.reclaim.bench.rows;

import org.jspecify.annotations.Nullable;

/**
 * Space that a deletion has made reusable, in bytes.
 *
 * @param estimate what Reclaim says; null where it says nothing
 * @param actual what the table, its TOAST and its indexes take less after {@code VACUUM FULL}
 */
record Space(String table, @Nullable Long estimate, long actual) {}
