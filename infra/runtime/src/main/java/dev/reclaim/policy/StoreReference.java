package dev.reclaim.policy;

/**
 * Files of one store named by those of another: a file is kept as long as the other store has one
 * at the same path.
 *
 * @param store the other
 * @param prefix what stands before the path there
 */
public record StoreReference(String store, String prefix) {
  @Override
  public String toString() {
    return "the store " + store + (prefix.isEmpty() ? "" : " below " + prefix);
  }
}
