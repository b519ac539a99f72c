/**
 * Reclaim among processes that are killed, stopped and cut off, while an application goes on:
 * rounds of faults, each followed by rest and the judgement of {@code dev.reclaim.bench.oracle}.
 */
@NullMarked
package dev.reclaim.bench.chaos;

import org.jspecify.annotations.NullMarked;
