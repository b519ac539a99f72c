package dev.reclaim.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/**
 * Where a page of versions or of uploads begins: behind this key, and behind this one of its.
 *
 * @param key null at the start of the listing
 */
record PageMarker(@Nullable String key, @Nullable String id) {
  static final PageMarker START = new PageMarker(null, null);

  static PageMarker after(ListObjectVersionsResponse page, String place) {
    return next(
        new PageMarker(page.keyMarker(), page.versionIdMarker()),
        new PageMarker(page.nextKeyMarker(), page.nextVersionIdMarker()),
        place);
  }

  static PageMarker after(ListMultipartUploadsResponse page, String place) {
    return next(
        new PageMarker(page.keyMarker(), page.uploadIdMarker()),
        new PageMarker(page.nextKeyMarker(), page.nextUploadIdMarker()),
        place);
  }

  /** Half a listing is none, and one that turns in a circle has no end. */
  private static PageMarker next(PageMarker from, PageMarker next, String place) {
    if (next.key == null
        || next.key.isEmpty()
        || (next.key.equals(from.key) && Objects.equals(next.id, from.id))) {
      throw new StoreUnavailableException(
          "the listing of " + place + " breaks off in the middle", null);
    }
    return next;
  }
}
