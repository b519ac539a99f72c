package dev.reclaim.store;

/**
 * What became of one file, and why.
 *
 * @param reason for people, in one line; empty where the result says it all
 */
public record Deletion(DeletionResult result, String reason) {
  static final Deletion DELETED = new Deletion(DeletionResult.DELETED, "");
  static final Deletion HIDDEN = new Deletion(DeletionResult.HIDDEN, "");
  static final Deletion MISSING = new Deletion(DeletionResult.MISSING, "");
  static final Deletion CHANGED = new Deletion(DeletionResult.CHANGED, "");

  static Deletion denied(String reason) {
    return new Deletion(DeletionResult.DENIED, reason);
  }

  static Deletion retained(String reason) {
    return new Deletion(DeletionResult.RETAINED, reason);
  }

  static Deletion failed(String reason) {
    return new Deletion(DeletionResult.FAILED, reason);
  }
}
