/**
 * What is said on Reclaim's topics: claims, outcomes and reclaimed-space metrics, as records and as
 * JSON.
 *
 * <p>This is the contract between planner, worker, metrics and every producer or reader outside of
 * them. It knows Jackson and nothing else: no Kafka, no database. Evolution is additive; a reader
 * ignores members it does not know, a worker refuses values it does not know.
 */
@NullMarked
package dev.reclaim.events;

import org.jspecify.annotations.NullMarked;
