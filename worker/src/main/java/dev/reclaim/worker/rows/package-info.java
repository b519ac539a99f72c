/**
 * Deleting expired rows: every claim checked again inside the transaction that deletes.
 *
 * <p>The order is the safety: the right to act first, then locks by key and predicate, then, in a
 * later statement whose snapshot is newer than the locks, the references, then the deletion and its
 * account, all committed together.
 */
@NullMarked
package dev.reclaim.worker.rows;

import org.jspecify.annotations.NullMarked;
