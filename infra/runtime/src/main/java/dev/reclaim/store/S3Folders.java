package dev.reclaim.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The parts of a bucket that can be listed side by side: together they are all of it.
 *
 * @param prefixes two at least, none within another
 * @param beside what lies in none of them
 */
record S3Folders(List<String> prefixes, List<S3Object> beside) {
  private static final String DELIMITER = "/";

  /** Pages that finding folders may take: with more of them, parts are not worth their while. */
  private static final int PAGES_MAX = 5;

  /** How many folders may lie in each other before there are two side by side. */
  private static final int DEPTH_MAX = 5;

  /** The folders below a prefix; empty where there are none, or too many. */
  static Optional<S3Folders> of(S3Client client, String bucket, String place, String prefix) {
    String below = prefix;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
      Optional<S3Folders> found = level(new S3Pages(client, bucket, place, below, DELIMITER));
      boolean single =
          found.isPresent() && found.get().prefixes().size() == 1 && found.get().beside().isEmpty();
      if (!single) {
        return found.filter(folders -> folders.prefixes().size() > 1);
      }
      below = found.get().prefixes().get(0);
    }
    return Optional.empty();
  }

  private static Optional<S3Folders> level(S3Pages pages) {
    Set<String> prefixes = new LinkedHashSet<>();
    List<S3Object> objects = new ArrayList<>();
    for (int i = 0; i < PAGES_MAX; i++) {
      Optional<S3Pages.Page> page = pages.next();
      if (page.isEmpty()) {
        // Servers that know no delimiter show everything beside the folders they do not show.
        return Optional.of(new S3Folders(List.copyOf(prefixes), objects));
      }
      page.get().folders().stream()
          .filter(folder -> !folder.equals(StorePaths.OWN_PREFIX))
          .forEach(prefixes::add);
      objects.addAll(page.get().objects());
    }
    return Optional.empty();
  }
}
