/**
 * Outcomes become metrics: what every policy reclaimed, by hour, by day and since the ledger began;
 * and where it has labels, what of that belongs to which, by day and since the ledger began.
 *
 * <p>Reads {@code outcomes} (key: the policy in UTF-8, value: {@link
 * dev.reclaim.events.CleanupOutcome}) and writes {@code metrics} (key: {@link
 * dev.reclaim.events.MetricsKey}, value: {@link dev.reclaim.events.ReclaimedSpace}, compacted), a
 * new value on every outcome. An outcome counts once however often it is delivered: its identity
 * and the sums are changed in one Kafka transaction with the input's offset (exactly once v2), so
 * readers must read committed records only. Whatever the order of the outcomes, the sums end the
 * same, and the parts of a policy of up to a thousand labels likewise. What is no outcome goes to
 * {@code dead-letters}. On {@code metrics-rebuild} the ledger's own numbers come, where somebody
 * has asked for the accounts to be made anew.
 */
@NullMarked
package dev.reclaim.metrics;

import org.jspecify.annotations.NullMarked;
