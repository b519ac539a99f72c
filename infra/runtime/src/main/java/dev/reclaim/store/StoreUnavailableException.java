package dev.reclaim.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The store gave no usable answer: unreachable, overloaded, timed out, in error, or it no longer
 * lets us in. Whatever was asked may or may not have happened. Ask again later, and look first.
 */
public class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Deletion> known;

  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    this(message, cause, Map.of());
  }

  StoreUnavailableException(
      String message, @Nullable Throwable cause, Map<String, Deletion> known) {
    super(message, cause);
    this.known = Map.copyOf(known);
  }

  /** Those of a deletion's paths whose end is known all the same; usually none. */
  public Map<String, Deletion> known() {
    return known == null ? Map.of() : known;
  }
}
