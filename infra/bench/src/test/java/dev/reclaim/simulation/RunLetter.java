package dev.reclaim.simulation;

/** An event of a run that a planner has found among the dead letters. */
record RunLetter(String run, String reason) {}
