package dev.reclaim.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of a file that was to be moved.
 *
 * @param at the file in its new place; there only if it was moved
 * @param reason for people, in one line; empty where the result says it all
 */
public record Moved(Result result, @Nullable StoredObject at, String reason) {
  /** The ends of a move. */
  public enum Result {
    /** It is in its new place, whole, and no longer in the old one. */
    MOVED,
    /** It was not there. */
    MISSING,
    /** Something else is there in its place; it was kept. */
    CHANGED,
    /** Something else is where it was to go; it stays where it is. */
    OCCUPIED,
    /** The store forbids it, or cannot do it; it stays where it is. */
    FAILED
  }

  static final Moved MISSING = new Moved(Result.MISSING, null, "");
  static final Moved CHANGED = new Moved(Result.CHANGED, null, "");
  static final Moved OCCUPIED = new Moved(Result.OCCUPIED, null, "");

  static Moved to(StoredObject at) {
    return new Moved(Result.MOVED, at, "");
  }

  static Moved failed(String reason) {
    return new Moved(Result.FAILED, null, reason);
  }

  /** What it means for a move that the original could not be deleted. */
  static Moved unless(Deletion deletion, StoredObject copy) {
    return switch (deletion.result()) {
      case DELETED -> to(copy);
      case MISSING -> MISSING;
      case CHANGED -> CHANGED;
      case HIDDEN -> failed("the bucket keeps versions, so that it is merely hidden");
      case RETAINED, DENIED, FAILED -> failed(deletion.reason());
    };
  }
}
