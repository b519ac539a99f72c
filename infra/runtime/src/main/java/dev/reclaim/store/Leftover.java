package dev.reclaim.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A version or an upload as its bucket shows it at one moment.
 *
 * @param size bytes that are free when it goes: the content's length, or that of all parts together
 * @param since when it ceased to be of use by the store's clock: the moment it was replaced, or its
 *     last part came; empty for what is in use, or may be: a version that is current, a delete
 *     marker that hides something, an upload whose parts have no time
 */
public record Leftover(LeftoverId id, Shape shape, long size, Optional<Instant> since) {
  /** What it is. */
  public enum Shape {
    VERSION,
    DELETE_MARKER,
    UPLOAD
  }

  /** Whether it has been of no use from before that moment, or from then on. */
  public boolean isOld(Instant cutoff) {
    return since.isPresent() && !since.get().isAfter(cutoff);
  }
}
