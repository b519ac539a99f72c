package dev.reclaim.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Looks at many objects by listing the stretches of the bucket in which their keys lie close
 * together: one request tells of a thousand.
 *
 * <p>What it shows is there. What it does not show may be there all the same, and has to be asked
 * for by itself: the keys may lie too far apart, and a server may list in an order of its own or
 * start where it likes.
 *
 * @param asked keys that are looked for at all
 */
record S3Stretches(S3Client client, String bucket, Predicate<String> asked) {
  /** Fewer than these are sooner asked for one by one. */
  static final int KEYS_MIN = 20;

  /** A page that shows fewer is dearer than asking for each, and so is the next. */
  private static final int FOUND_MIN = 20;

  /** Those of the keys that it came across. */
  Map<String, S3Object> look(Collection<String> keys) {
    TreeSet<String> wanted = new TreeSet<>(KeyOrder.UTF_8);
    keys.stream().filter(asked).forEach(wanted::add);
    Map<String, S3Object> found = new HashMap<>();
    int shown = FOUND_MIN;
    while (wanted.size() >= KEYS_MIN && shown >= FOUND_MIN) {
      shown = look(wanted, found);
    }
    return found;
  }

  /** One page from the first of the wanted; takes from these what lies before its end. */
  private int look(TreeSet<String> wanted, Map<String, S3Object> found) {
    List<S3Object> page = page(wanted.first(), wanted.last());
    int shown = 0;
    for (S3Object object : page) {
      if (wanted.remove(object.key())) {
        found.put(object.key(), object);
        shown++;
      }
    }
    if (!page.isEmpty()) {
      wanted.headSet(page.get(page.size() - 1).key(), true).clear();
    }
    return shown;
  }

  private List<S3Object> page(String first, String last) {
    return client
        .listObjectsV2(
            request ->
                request
                    .bucket(bucket)
                    .prefix(common(first, last))
                    .encodingType(EncodingType.URL)
                    .startAfter(before(first)))
        .contents();
  }

  /** What both begin with, and so does all between them. */
  static String common(String first, String last) {
    int end = 0;
    while (end < Math.min(first.length(), last.length()) && first.charAt(end) == last.charAt(end)) {
      end++;
    }
    boolean withinPair = end > 0 && Character.isHighSurrogate(first.charAt(end - 1));
    return first.substring(0, withinPair ? end - 1 : end);
  }

  /** A text that comes before the key, with little between them. */
  static String before(String key) {
    int last = key.codePointBefore(key.length());
    String shorter = key.substring(0, key.length() - Character.charCount(last));
    // A neighbour among plain characters, which no server stumbles over.
    return last > ' ' + 1 && last < 0x7f ? shorter + (char) (last - 1) : shorter;
  }
}
