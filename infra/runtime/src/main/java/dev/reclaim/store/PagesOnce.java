package dev.reclaim.store;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The pages of one listing without what the page before has shown: some servers say a page twice,
 * and what is listed twice would be counted twice. Remembers one page.
 */
final class PagesOnce {
  /** A server that says the same more often than this will say nothing else. */
  private static final int REPEATS_MAX = 3;

  private final String place;
  private Set<String> before = Set.of();
  private int repeats;

  PagesOnce(String place) {
    this.place = place;
  }

  /**
   * Those of the page that are new.
   *
   * @throws StoreUnavailableException the listing does not move on
   */
  List<S3Object> unseen(List<S3Object> page) {
    List<S3Object> fresh = page.stream().filter(each -> !before.contains(each.key())).toList();
    if (page.isEmpty()) {
      return fresh;
    }
    repeats = fresh.isEmpty() ? repeats + 1 : 0;
    if (repeats > REPEATS_MAX) {
      throw new StoreUnavailableException(place + ": the listing does not move on", null);
    }
    before = page.stream().map(S3Object::key).collect(toSet());
    return fresh;
  }
}
