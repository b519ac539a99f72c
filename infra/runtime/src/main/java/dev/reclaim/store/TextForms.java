package dev.reclaim.store;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What kind of text a reference is, before anybody asks which file it names. */
final class TextForms {
  /** Twice what a signed address comes to, encoded and encoded again. */
  private static final int CHARS_MAX = 16_384;

  /** Question marks and number signs: each may end a name, and so adds a reading. */
  private static final int CUTS_MAX = 100;

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");

  /** An address that starts after the end of another, or in its path; a query may carry one. */
  private static final Pattern SECOND_ADDRESS =
      Pattern.compile("[,;|\\s][A-Za-z][A-Za-z0-9+.-]*://|^[^?#]*://[^?#]*://");

  private static final Pattern ADDRESS_WITHIN =
      Pattern.compile("^(?![A-Za-z][A-Za-z0-9+.-]*://)[^?#]*://");

  private static final Pattern MARKUP =
      Pattern.compile("<[A-Za-z!/][^<>]*>|\\[[^\\[\\]]*]\\([^()]*\\)");

  private static final Pattern WINDOWS = Pattern.compile("^(?:[A-Za-z]:[\\\\/]|\\\\\\\\)");

  private static final Pattern SIGNED_ID =
      Pattern.compile("(?:^|/)rails/active_storage/(?:blobs|representations|disk)/");

  /** The beginning of an address that lost a slash, or was encoded whole. */
  private static final Pattern WORN_BEGINNING =
      Pattern.compile("(?i)(https?|s3[an]?)(:|%3A)((?:/|%2F)+)(.*)", Pattern.DOTALL);

  /** Parameters that carry the right to read a file and not its name. */
  private static final Pattern RIGHTS =
      Pattern.compile(
          "(?i)(?:x-amz-|x-goog-|response-).*|token|signature|awsaccesskeyid|expires|key-pair-id|policy");

  private TextForms() {}

  /** Whether it begins like {@code scheme://}. */
  static boolean isAddress(String text) {
    return ADDRESS.matcher(text).lookingAt();
  }

  /** Whether it is several lines. */
  static boolean isLines(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  /**
   * Refuses a line that is not one reference, or names a file in a way that leads nowhere.
   *
   * @throws UnparseableReferenceException saying which
   */
  static void requireOne(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new UnparseableReferenceException(text, "holds control characters");
    }
    if (text.length() > CHARS_MAX) {
      throw new UnparseableReferenceException(
          text, "is longer than %d characters, and so names no file".formatted(CHARS_MAX));
    }
    if (text.chars().filter(each -> each == '?' || each == '#').count() > CUTS_MAX) {
      throw new UnparseableReferenceException(text, "can be read in too many ways");
    }
    refuse(SECOND_ADDRESS, text, "holds more than one address");
    refuse(ADDRESS_WITHIN, text, "holds an address among other text");
    refuse(MARKUP, text, "is text with markup: refer to the addresses in it by an expression");
    refuse(WINDOWS, text, "is a path of a machine with drives");
    refuse(
        SIGNED_ID,
        text,
        "names a file by a signed id: refer to the key of its blob, and ignore this beginning");
  }

  private static void refuse(Pattern form, String text, String why) {
    if (form.matcher(text).find()) {
      throw new UnparseableReferenceException(text, why);
    }
  }

  /**
   * The text with its slashes unescaped and the beginning of its address restored: {@code
   * https:\/\/host}, {@code https:/host} and {@code https%3A%2F%2Fhost} are {@code https://host}.
   */
  static String mended(String text) {
    String plain = text.replace("\\/", "/");
    Matcher worn = WORN_BEGINNING.matcher(plain);
    if (isAddress(plain) || !worn.matches()) {
      return plain;
    }
    boolean encoded = worn.group(2).length() > 1 || worn.group(3).indexOf('%') >= 0;
    return "%s://%s"
        .formatted(
            worn.group(1).toLowerCase(Locale.ROOT),
            encoded ? Spellings.decoded(worn.group(4)) : worn.group(4));
  }

  /** Values of the query that may name a file, decoded. */
  static Stream<String> queried(String text) {
    int query = text.indexOf('?');
    if (query < 0) {
      return Stream.empty();
    }
    List<String> parameters = Arrays.asList(text.substring(query + 1).split("[?&#]"));
    return parameters.stream()
        .map(parameter -> parameter.split("=", 2))
        .filter(parameter -> parameter.length == 2 && !RIGHTS.matcher(parameter[0]).matches())
        .map(parameter -> Spellings.decoded(parameter[1]))
        .filter(value -> value.indexOf('.') >= 0 || value.indexOf('/') >= 0);
  }
}
