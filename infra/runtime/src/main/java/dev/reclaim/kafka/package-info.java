/**
 * Reaching Kafka: where it is, the topics and their settings, and records that carry a CloudEvent.
 *
 * <p>Work topics have many partitions because order is promised nowhere; outcomes and metrics have
 * few because they hold one record an event or less.
 */
@NullMarked
package dev.reclaim.kafka;

import org.jspecify.annotations.NullMarked;
