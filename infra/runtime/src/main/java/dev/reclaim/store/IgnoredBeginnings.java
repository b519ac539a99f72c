package dev.reclaim.store;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Beginnings of references that name nothing in a store, by the operator's own word, and exactly as
 * he wrote them: in doubt a reference is read.
 */
record IgnoredBeginnings(List<String> beginnings) {
  private static final Pattern SEPARATORS = Pattern.compile("[,;|\\s]+");

  /** Whether none is a beginning of anything. */
  boolean isEmpty() {
    return beginnings.isEmpty();
  }

  /** Whether the reference begins so, as it stands or without the blanks before it. */
  boolean covers(String reference) {
    String text = reference.strip();
    return beginnings.stream().anyMatch(it -> reference.startsWith(it) || text.startsWith(it));
  }

  /**
   * What else stands in an ignored reference and may name a file: what follows it in a list, and
   * what its query names. A {@code data:} address is all data.
   *
   * @throws UnparseableReferenceException another address follows that is not ignored
   */
  List<String> others(String reference) {
    String text = reference.strip();
    if (text.startsWith("data:")) {
      return List.of();
    }
    List<String> pieces =
        SEPARATORS.splitAsStream(text).skip(1).filter(piece -> !covers(piece)).toList();
    if (pieces.stream().anyMatch(TextForms::isAddress)) {
      throw new UnparseableReferenceException(
          reference, "is ignored by its beginning, but holds another address, too");
    }
    return Stream.concat(pieces.stream(), TextForms.queried(text)).toList();
  }
}
