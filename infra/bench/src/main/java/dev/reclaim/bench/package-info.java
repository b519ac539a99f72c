/**
 * Benchmarks: Reclaim beside what a user would pick instead, on the same server in the same run.
 *
 * <p>What is told are ratios, not rates: a machine's speed changes from minute to minute, so
 * contenders take turns and each round is compared within itself.
 */
@NullMarked
package dev.reclaim.bench;

import org.jspecify.annotations.NullMarked;
