package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A {@link ReferenceParser} for millions of references: it reads UTF-8 bytes and gives fingerprints
 * of the same paths. The usual spellings are read as they stand ({@link PlainBytes}); all others
 * are left to the parser.
 *
 * <p>Not safe for use by several threads.
 */
public final class ReferenceBytes {
  private final ReferenceParser parser;
  private final PlainBytes plain;
  private final IgnoredBeginnings ignored;

  ReferenceBytes(ReferenceParser parser, PlainBytes plain, IgnoredBeginnings ignored) {
    this.parser = parser;
    this.plain = plain;
    this.ignored = ignored;
  }

  /**
   * Gives the fingerprint of every path that the text at {@code from} and before {@code to} may
   * mean.
   *
   * @return whether it means any
   * @throws UnparseableReferenceException as {@link ReferenceParser#paths}
   */
  public boolean read(byte[] bytes, int from, int to, LongConsumer fingerprints) {
    if (ignored.isEmpty() && plain.read(bytes, from, to, fingerprints)) {
      return true;
    }
    String text = new String(bytes, from, to - from, UTF_8);
    if (!ignored.isEmpty() && !ignored.covers(text) && plain.read(bytes, from, to, fingerprints)) {
      return true;
    }
    Set<String> paths = parser.paths(text);
    paths.forEach(path -> fingerprints.accept(FingerprintSet.fingerprint(path)));
    return !paths.isEmpty();
  }
}
