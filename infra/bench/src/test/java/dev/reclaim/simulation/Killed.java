package dev.reclaim.simulation;

/** Takes an actor's thread out of the code of a process that was killed; nobody may handle it. */
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String process) {
    super(process + " was killed", null, false, false);
  }
}
