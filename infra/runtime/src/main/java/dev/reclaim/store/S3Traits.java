package dev.reclaim.store;

/**
 * How a bucket answers to deletions: servers that call themselves S3 differ here.
 *
 * @param conditional whether a deletion that names another content is refused; some accept the
 *     condition and ignore it
 * @param tellsAbsence whether deleting what is not there is answered by anything but "deleted"
 * @param versioned whether a plain deletion would merely hide the content
 */
record S3Traits(boolean conditional, boolean tellsAbsence, boolean versioned) {

  /** Whether a deletion's answer alone cannot be trusted to mean "was there, as seen, is gone". */
  boolean lookFirst() {
    return versioned || !conditional || !tellsAbsence;
  }
}
