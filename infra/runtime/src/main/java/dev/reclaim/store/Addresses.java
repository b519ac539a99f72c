package dev.reclaim.store;

import java.util.List;
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

  /**
   * Beginnings after which plain names always are a path of this store, as regular expressions.
   *
   * @see PlainForm
   */
  List<String> beginnings();

  /** Such beginnings that are Supabase's routes. */
  default List<String> routes() {
    return List.of();
  }
}
