/**
 * How fast a database is cleaned: a closed loop that watches who suffers and lowers or raises the
 * number of transactions and their size, inside the limits of the policy file.
 *
 * <p>Every transaction that deletes takes a {@link dev.reclaim.worker.pace.Turn} first, in the
 * order of asking, and says afterwards what it did. A sampler for each database, once a second
 * while there is work, reads the signals: each a class of its own that turns what the server says
 * into a {@link dev.reclaim.worker.pace.Reading}. Pressure halves, calm adds; only the window, a
 * replica that is too far behind, a slot about to be lost and a disk about to be full stop it.
 *
 * <p>Limits hold for a database, whatever the number of workers: each takes its part of them, by
 * how many samplers the server shows to be at work. When one comes or goes the parts are right
 * within two seconds.
 */
@NullMarked
package dev.reclaim.worker.pace;

import org.jspecify.annotations.NullMarked;
