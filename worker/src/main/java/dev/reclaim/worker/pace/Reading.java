package dev.reclaim.worker.pace;

/**
 * What one signal says at one moment.
 *
 * @param cause name of the signal, the same from moment to moment
 * @param reason in plain words, with numbers; empty for no pressure
 */
record Reading(Pressure pressure, String cause, String reason) {
  /** Nobody suffers. */
  static final Reading CALM = new Reading(Pressure.NONE, "", "");

  /** The stronger of the two, this one where they are equal. */
  Reading or(Reading other) {
    return other.pressure().compareTo(pressure) > 0 ? other : this;
  }
}
