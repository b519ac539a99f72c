package dev.reclaim.simulation;

/** A row of the table of runs, as far as workers ask for it. */
record RunRow(String policy, boolean keepKeys) {}
