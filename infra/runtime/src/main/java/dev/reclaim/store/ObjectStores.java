package dev.reclaim.store;

/** Opens stores. */
public final class ObjectStores {
  private ObjectStores() {}

  /** Opens without touching the store: {@link ObjectStore#check} tells whether it answers. */
  public static ObjectStore open(String name, StoreSettings settings) {
    if (settings instanceof S3Settings s3) {
      return S3Store.open(name, s3);
    }
    if (settings instanceof DirectorySettings directory) {
      return new DirectoryStore(name, directory.directory());
    }
    throw new IllegalArgumentException("Unknown kind of store: " + settings.getClass());
  }
}
