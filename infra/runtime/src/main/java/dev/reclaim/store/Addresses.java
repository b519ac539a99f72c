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

  /**
   * What may stand between the authority of an address and the slash before a path, in whichever
   * addresses with that authority name files of this store plainly; empty where that cannot be told
   * without more of the address.
   *
   * @param authority an address with nothing behind its authority
   */
  default List<String> roots(Url authority) {
    return List.of();
  }

  /**
   * Whether a text of plain names that begins so, and is no address, means the path that it says
   * and no other.
   *
   * @param beginning a slash if the text begins with one, and its first name, which has neither a
   *     dot nor an at sign in it, in lower case
   */
  default boolean isOnlyItself(String beginning) {
    return false;
  }
}
