/**
 * The space that deleted rows leave reusable: an estimate, calibrated on the tables as they are
 * before a run, and never to be taken for the logical bytes, which are counted.
 *
 * <p>Sizes of relations are known exactly, rows are modelled over a sample of pages.
 */
@NullMarked
package dev.reclaim.space;

import org.jspecify.annotations.NullMarked;
