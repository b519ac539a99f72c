package dev.reclaim.store;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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
 * a query), and what has no plausible reading is refused, never passed over.
 *
 * <p>For a bucket it reads plain keys, {@code s3://bucket/key} (s3a and s3n likewise), {@code
 * arn:aws:s3:::bucket/key}, {@code https://endpoint/bucket/key}, {@code
 * https://bucket.endpoint/key}, Amazon's own hosts, Supabase's public, signed, authenticated and
 * image addresses on any host, and addresses that start with one of the store's public ones. For a
 * directory: paths below it, relative or absolute, {@code file:} addresses, public addresses. For
 * both, a JSON string or a JSON array of such texts. Ports, user names and the difference of http
 * and https do not count.
 *
 * <p>Immutable, and so safe for use by several threads.
 */
public final class ReferenceParser {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** An address that starts after the end of another, or in its path; a query may carry one. */
  private static final Pattern SECOND_ADDRESS =
      Pattern.compile("[,;|\\s][A-Za-z][A-Za-z0-9+.-]*://|^[^?#]*://[^?#]*://");

  private final Addresses addresses;

  private ReferenceParser(Addresses addresses) {
    this.addresses = addresses;
  }

  /**
   * A reader of references to the store.
   *
   * @throws IllegalArgumentException one of the public addresses is none
   */
  public static ReferenceParser of(StoreSettings settings) {
    if (settings instanceof S3Settings s3) {
      return new ReferenceParser(new S3Addresses(s3));
    }
    if (settings instanceof DirectorySettings directory) {
      return new ReferenceParser(new DirectoryAddresses(directory));
    }
    throw new IllegalArgumentException("Unknown kind of store: " + settings.getClass());
  }

  /**
   * The paths that the text may mean; none for a blank one or an empty array.
   *
   * @throws UnparseableReferenceException the text means something else, or nothing we understand:
   *     another bucket, host, scheme or directory, an object, several addresses in one
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
    if (isEnclosed(text, '[', ']') || isEnclosed(text, '"', '"')) {
      return Optional.empty();
    }
    boolean address = text.contains("://");
    Set<String> readings = paths(address ? text.split("[?#]", 2)[0] : text);
    return readings.stream()
        .filter(reading -> !reading.startsWith("/"))
        .findFirst()
        .map(reading -> address ? Spellings.decoded(reading) : reading);
  }

  private void collect(String reference, Set<String> paths) {
    String text = reference.strip();
    if (text.isEmpty()) {
      return;
    }
    if (isEnclosed(text, '[', ']') || isEnclosed(text, '"', '"')) {
      collect(json(text), reference, paths);
    } else if (isEnclosed(text, '{', '}')) {
      throw new UnparseableReferenceException(
          reference, "is an object or a database array: refer to the texts in it");
    } else if (text.chars().anyMatch(Character::isISOControl)) {
      throw new UnparseableReferenceException(reference, "holds control characters");
    } else if (SECOND_ADDRESS.matcher(text).find()) {
      throw new UnparseableReferenceException(reference, "holds more than one address");
    } else {
      addresses.collect(text, paths);
      keepOuterSpace(reference, text, paths);
    }
  }

  private static boolean isEnclosed(String text, char first, char last) {
    return text.length() > 1 && text.charAt(0) == first && text.charAt(text.length() - 1) == last;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new UnparseableReferenceException(text, "looks like JSON and is none");
    }
  }

  private void collect(JsonNode node, String reference, Set<String> paths) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, reference, paths));
    } else if (node.isString()) {
      collect(node.stringValue(), paths);
    } else if (!node.isNull()) {
      throw new UnparseableReferenceException(reference, "holds JSON that is no text");
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
