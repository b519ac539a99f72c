package dev.reclaim.store;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Seeing which files a store holds. Safe for use by several threads. */
public interface ObjectListing {
  /**
   * Shows every file whose path starts with the prefix, which is plain text and may end in the
   * middle of a name; the empty prefix shows all. Returns only when the listing is complete; what
   * is written or deleted meanwhile may or may not be shown. Memory does not grow with the store.
   *
   * <p>Order: a small bucket lists by the UTF-8 bytes of the keys, as S3 promises; a large one
   * folder beside folder, and its directory buckets and some other servers (the embedded one) as
   * they like. A directory lists in any order. So rely on none.
   *
   * <p>A bucket with an inventory shows what that has: files may have gone or changed for days.
   *
   * <p>Not files, and never shown: placeholders of folders (keys that end in {@code /}), keys with
   * a {@code .} or {@code ..} between slashes, symbolic links, directories, devices, names that are
   * not text in the platform's encoding.
   *
   * @throws StoreUnavailableException the listing broke off; what was shown is not all
   */
  void list(String prefix, Consumer<StoredObject> visitor);

  /**
   * Those of the paths that are there right now, by path; a path that is missing here names
   * nothing, or nothing that is a file of this store.
   *
   * @throws StoreUnavailableException one of them could not be asked for
   */
  Map<String, StoredObject> stat(Collection<String> paths);

  /** What the store keeps beside its files; empty for one that never does. */
  default Optional<? extends LeftoverListing> leftovers(LeftoverKind kind) {
    return Optional.empty();
  }

  /**
   * Whether the store keeps old contents.
   *
   * @throws StoreUnavailableException when there is no answer
   */
  default Versioning versioning() {
    return Versioning.NONE;
  }

  /**
   * Whether deleted files would only be hidden, as far as can be told without trying.
   *
   * @throws StoreUnavailableException when there is no answer
   */
  default boolean hidesDeleted() {
    return false;
  }
}
