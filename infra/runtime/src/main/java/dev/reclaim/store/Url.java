package dev.reclaim.store;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as people write it, so with spaces and any letters in it; {@code java.net.URI} would
 * refuse most of them.
 *
 * @param scheme in lower case
 * @param host in lower case, without port, user and final dot; in an {@code s3:} address the
 *     bucket, as written
 * @param rest all that follows, from the path's first slash
 */
record Url(String scheme, String host, String rest) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", Pattern.DOTALL);

  private static final Pattern HOST_WITHOUT_SCHEME = Pattern.compile("//[^/?#]*[.:][^/?#]*/.*");

  /** Parameters of signed addresses, which no key ends in. */
  private static final Pattern SIGNATURE =
      Pattern.compile("[?&](token|X-Amz-Signature|X-Amz-Algorithm|Signature|AWSAccessKeyId)=");

  /** Empty for a text without {@code scheme://}. */
  static Optional<Url> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String scheme = form.group(1).toLowerCase(Locale.ROOT);
    String authority = form.group(2);
    String rest = form.group(3);
    return Optional.of(
        scheme.startsWith("s3")
            ? new Url(scheme, authority, rest)
            : new Url(scheme, host(authority), withoutSignature(rest)));
  }

  /** An address like {@code //host/path}; empty for any other text. */
  static Optional<Url> withoutScheme(String text) {
    return HOST_WITHOUT_SCHEME.matcher(text).matches() ? parse("https:" + text) : Optional.empty();
  }

  private static String host(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int port = host.lastIndexOf(':');
    boolean hasPort = port >= 0 && host.indexOf(']', port) < 0;
    String bare = hasPort ? host.substring(0, port) : host;
    return (bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare)
        .toLowerCase(Locale.ROOT);
  }

  private static String withoutSignature(String rest) {
    int query = rest.indexOf('?');
    return query >= 0 && SIGNATURE.matcher(rest).region(query, rest.length()).find()
        ? rest.substring(0, query)
        : rest;
  }

  boolean isWeb() {
    return scheme.equals("http") || scheme.equals("https");
  }

  /** What follows the prefix and a slash, where the rest starts so. */
  Optional<String> below(String prefix) {
    return rest.startsWith(prefix + "/")
        ? Optional.of(rest.substring(prefix.length() + 1)).filter(key -> !key.isEmpty())
        : Optional.empty();
  }
}
