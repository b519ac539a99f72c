/**
 * Deleting expired rows: every claim checked again inside the transaction that deletes.
 *
 * <p>The order is the safety: the right to act first, then locks by key and predicate, then, in a
 * later statement whose snapshot is newer than the locks, the references, then the deletion and its
 * account, all committed together. Where age alone can keep a row, the statement that deletes asks
 * for it itself, which is lock, look and deletion in one.
 *
 * <p>Claims of one policy share a transaction where that goes smoothly, each with its own ledger
 * row and outcome ({@link dev.reclaim.worker.rows.SharedDeletion}); where one asks for more care,
 * each is carried out by itself, with savepoints ({@link dev.reclaim.worker.rows.DeleteRows}).
 */
@NullMarked
package dev.reclaim.worker.rows;

import org.jspecify.annotations.NullMarked;
