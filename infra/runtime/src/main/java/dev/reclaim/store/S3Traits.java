package dev.reclaim.store;

import java.util.Optional;

/**
 * How a bucket answers to deletions: servers that call themselves S3 differ here.
 *
 * @param conditional whether a deletion that names another content is refused; some accept the
 *     condition and ignore it
 * @param tellsAbsence whether deleting what is not there is answered by anything but "deleted"
 * @param versioned whether a plain deletion would merely hide the content
 * @param tried whether that was found out, and not assumed where nothing may be written
 */
record S3Traits(boolean conditional, boolean tellsAbsence, boolean versioned, boolean tried) {

  /** Whether a deletion's answer alone cannot be trusted to mean "was there, as seen, is gone". */
  boolean lookFirst() {
    return !conditional || !tellsAbsence;
  }

  /** What is to be said of it; nothing where a deletion can name what it deletes. */
  Optional<Caution> caution(String place) {
    return conditional
        ? Optional.empty()
        : Optional.of(
            new Caution(
                place
                    + " does not honour conditional deletions: each file is looked at right before",
                "let no writer replace files that are old enough to go"));
  }
}
