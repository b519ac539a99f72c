package dev.reclaim.store;

/**
 * Where a bucket's S3 Inventory is delivered, as CSV.
 *
 * @param bucket that it is delivered into, at the same server and with the same credentials
 * @param prefix that its dated folders lie below, with a slash at the end: {@code
 *     prefix/source-bucket/configuration/}
 */
public record InventorySettings(String bucket, String prefix) {

  public InventorySettings {
    if (bucket.isBlank()) {
      throw new IllegalArgumentException("the name of the inventory's bucket is empty");
    }
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "the inventory's prefix does not end in a slash: " + prefix);
    }
  }
}
