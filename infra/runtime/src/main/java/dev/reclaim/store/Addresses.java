package dev.reclaim.store;

import java.util.Set;

/** The ways in which one store's files are referred to. */
interface Addresses {
  /**
   * Adds every path the text may mean; at least one.
   *
   * @param text one reference, neither blank nor with space around it
   * @throws UnparseableReferenceException it means no file of this store
   */
  void collect(String text, Set<String> paths);
}
