/**
 * The simulation: planners, workers and the metrics stream over fakes that fail, one actor at a
 * time and by one seed.
 *
 * <p>Of the product run, as they are: reading and judging claims, lanes and batches ({@code
 * ClaimTask}, {@code ClaimProcessor}, {@code Lanes}, {@code ClaimBatch}), the deletion of rows
 * alone and together with its ledger ({@code RowCleanup}, {@code SharedDeletion}, {@code Ledger}),
 * that of files with its intents and their recovery ({@code FileCleanup}, {@code StoreIntents},
 * {@code Recovery}, {@code Abandonment}, {@code ReferenceCheck}), retries and breakers ({@code
 * Backends}), what becomes of failures ({@code Deferrals}, {@code DeadLetters}), {@code
 * OffsetTracker}, {@code OutcomePublisher}, {@code EmittedNotes}, the {@code Sweeper}, and the
 * stream's {@code OutcomeProcessor}; and of planners whose turn it is ({@code SlotRun}, {@code
 * RunTurns}), the run from its scan to its end ({@code PolicyRun}, {@code ScanAhead}, {@code Runs},
 * {@code LeaseKeeper}, {@code ClaimPublisher}), what it waits for ({@code RunLedger}, {@code
 * Unsettled}, {@code Standstills}, {@code DeadLetterNotes}, {@code ClaimedBefore}) and what it
 * reports ({@code RunAccounts}). Their ports are those they have: sessions of JDBC, {@code
 * ObjectStore}, Kafka's producer, the state stores of Streams, {@code Clockwork}, {@code Scan}.
 *
 * <p>Modelled are what lies behind the ports: {@link dev.reclaim.simulation.FakeDatabase} knows
 * each statement of the product by its text and does what PostgreSQL would under READ COMMITTED,
 * clause by clause, so that taking a clause out of a statement takes its safeguard away; a
 * statement that it does not know is an error. So are the worker's loop around its consumer, the
 * schedules that planners pick their slots from, their scans, which find what is due in the order
 * of keys, the dropping of old days of the ledger, and the application.
 *
 * <p>What is not looked into, because nobody can tell: a file that is replaced while its deletion
 * may be under way; an outcome that is not said for so long that the stream would take it for late.
 * Nor is what brokers drop unread, and so no run is ended because of it.
 */
@NullMarked
package dev.reclaim.simulation;

import org.jspecify.annotations.NullMarked;
