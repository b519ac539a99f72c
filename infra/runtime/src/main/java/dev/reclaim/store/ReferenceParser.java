package dev.reclaim.store;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a reference column says as the paths of one store that it may mean.
 *
 * <p>The principle: a path too many can only keep a file, a path too few deletes a live one. So
 * every plausible reading is returned (as it stands and percent-decoded, with a plus as a plus and
 * as a space, with and without a leading slash, in both Unicode forms, with and without what may be
 * a query, and what that query names), and what has no plausible reading is refused, never passed
 * over.
 *
 * <p>For a bucket it reads plain keys, {@code s3://bucket/key} (s3a and s3n likewise), {@code
 * arn:aws:s3:::bucket/key}, {@code https://endpoint/bucket/key}, {@code
 * https://bucket.endpoint/key}, Amazon's own hosts, Supabase's public, signed, authenticated and
 * image addresses on any host, and addresses that start with one of the store's public ones. For a
 * directory: paths below it, relative or absolute, {@code file:} addresses, public addresses. For
 * both, lines, and JSON of such texts: a string, an array, or an object with the names of its
 * members. Ports, user names and the difference of http and https do not count.
 *
 * <p>Immutable, and so safe for use by several threads.
 */
public final class ReferenceParser {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Addresses addresses;
  private final IgnoredBeginnings ignored;

  private ReferenceParser(Addresses addresses, IgnoredBeginnings ignored) {
    this.addresses = addresses;
    this.ignored = ignored;
  }

  /**
   * A reader of references to the store.
   *
   * @throws IllegalArgumentException one of the public addresses is none
   */
  public static ReferenceParser of(StoreSettings settings) {
    return of(settings, List.of());
  }

  /**
   * A reader of references to the store.
   *
   * @param ignored beginnings of references that name nothing in it, exactly as they are written:
   *     where capitals differ, the reference is read
   * @throws IllegalArgumentException one of the public addresses is none
   */
  public static ReferenceParser of(StoreSettings settings, List<String> ignored) {
    return new ReferenceParser(addresses(settings), new IgnoredBeginnings(ignored));
  }

  private static Addresses addresses(StoreSettings settings) {
    if (settings instanceof S3Settings s3) {
      return new S3Addresses(s3);
    }
    if (settings instanceof DirectorySettings directory) {
      return new DirectoryAddresses(directory);
    }
    throw new IllegalArgumentException("Unknown kind of store: " + settings.getClass());
  }

  /**
   * The paths that the text may mean; none for a blank one, an empty array, or one that is ignored.
   *
   * @throws UnparseableReferenceException the text means something else, or nothing we understand:
   *     another bucket, host, scheme or directory, several addresses in one
   */
  public Set<String> paths(String reference) {
    Set<String> paths = new LinkedHashSet<>();
    collect(reference, paths);
    return paths;
  }

  /**
   * The one path that the text means most plainly: of an address, what follows the bucket, decoded
   * once and without its query; of anything else, the text itself below the root. Empty where it
   * names none, or may name several files.
   *
   * @throws UnparseableReferenceException as {@link #paths}
   */
  public Optional<String> path(String reference) {
    String text = reference.strip();
    if (isJson(text)
        || TextForms.isLines(text)
        || !TextForms.mended(text).equals(text)
        || ignored.covers(reference)) {
      return Optional.empty();
    }
    boolean address = text.contains("://");
    Set<String> readings = paths(address ? text.split("[?#]", 2)[0] : text);
    return readings.stream()
        .filter(reading -> !reading.startsWith("/"))
        .findFirst()
        .map(reading -> address ? Spellings.decoded(reading) : reading);
  }

  /** The form of texts whose reading is known by their looks. */
  public PlainForm plainForm() {
    return PlainForm.of(addresses, ignored.beginnings());
  }

  /** Reads the same from bytes; for one thread. */
  public ReferenceBytes bytes() {
    return new ReferenceBytes(this, new PlainBytes(addresses), ignored);
  }

  private void collect(String reference, Set<String> paths) {
    String text = reference.strip();
    if (text.isEmpty()) {
      return;
    }
    if (ignored.covers(reference)) {
      ignored.others(reference).forEach(other -> collectIfReadable(other, paths));
    } else if (isJson(text)) {
      collectJson(text, paths);
    } else if (TextForms.isLines(text)) {
      text.lines().forEach(line -> collect(line, paths));
      paths.add(text);
    } else {
      collectLine(reference, text, paths);
    }
  }

  private void collectLine(String reference, String text, Set<String> paths) {
    TextForms.requireOne(text);
    String mended = TextForms.mended(text);
    if (!mended.equals(text)) {
      collect(mended, paths);
      if (TextForms.isAddress(mended) && !TextForms.isAddress(text)) {
        return;
      }
    }
    addresses.collect(text, paths);
    TextForms.queried(text).forEach(value -> collectIfReadable(value, paths));
    keepOuterSpace(reference, text, paths);
  }

  /** For what is part of a text that has a reading of its own. */
  private void collectIfReadable(String text, Set<String> paths) {
    try {
      paths.addAll(paths(text));
    } catch (UnparseableReferenceException e) {
      // It means something else, and what it is part of has been read.
    }
  }

  private static boolean isJson(String text) {
    return isEnclosed(text, '[', ']') || isEnclosed(text, '"', '"') || isEnclosed(text, '{', '}');
  }

  private static boolean isEnclosed(String text, char first, char last) {
    return text.length() > 1 && text.charAt(0) == first && text.charAt(text.length() - 1) == last;
  }

  private void collectJson(String text, Set<String> paths) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JacksonException e) {
      throw new UnparseableReferenceException(
          text,
          text.startsWith("{")
              ? "looks like a database array or JSON and is no JSON: refer to the array itself"
              : "looks like JSON and is none");
    }
    if (json.isObject()) {
      collectDocument(json, paths);
    } else {
      collectList(json, text, paths);
    }
  }

  private void collectList(JsonNode node, String reference, Set<String> paths) {
    if (node.isArray()) {
      node.forEach(element -> collectList(element, reference, paths));
    } else if (node.isObject()) {
      collectDocument(node, paths);
    } else if (node.isString()) {
      collect(node.stringValue(), paths);
    } else if (!node.isNull()) {
      throw new UnparseableReferenceException(reference, "holds JSON that is no text");
    }
  }

  /** Every text of a document; numbers in it are sizes and the like. */
  private void collectDocument(JsonNode node, Set<String> paths) {
    Consumer<JsonNode> below = each -> collectDocument(each, paths);
    if (node.isObject()) {
      node.properties()
          .forEach(
              member -> {
                collect(member.getKey(), paths);
                below.accept(member.getValue());
              });
    } else if (node.isArray()) {
      node.forEach(below);
    } else if (node.isString()) {
      collect(node.stringValue(), paths);
    }
  }

  /** A key may really begin or end with a space. */
  private static void keepOuterSpace(String reference, String text, Set<String> paths) {
    if (!reference.equals(text)) {
      paths.add(reference);
      paths.add(reference.stripLeading());
      paths.add(reference.stripTrailing());
    }
  }
}
