/**
 * What people do about dead letters: read the topic, choose letters, send them again or let them
 * be.
 *
 * <p>The topic is a log: a letter that was seen to stays there until its time is over, and the act
 * is a row of {@code reclaim.dead_letter_act}. Sending a letter again is safe, because an event
 * that was carried out is found in the ledger and has no second effect.
 */
@NullMarked
package dev.reclaim.deadletters;

import org.jspecify.annotations.NullMarked;
