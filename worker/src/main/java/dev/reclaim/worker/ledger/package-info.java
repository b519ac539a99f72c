/**
 * Inbox, outbox and audit of the worker: one row an event, written in the transaction that deletes.
 *
 * <p>An event whose row is there was carried out; its stored outcome is what is said of it, however
 * often it is delivered.
 */
@NullMarked
package dev.reclaim.worker.ledger;

import org.jspecify.annotations.NullMarked;
