package dev.reclaim.store;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The configured addresses of a store, taken apart: web addresses, and paths on any host. */
record PublicUrls(List<Url> web, List<String> paths) {

  static PublicUrls of(List<String> prefixes) {
    return new PublicUrls(
        prefixes.stream().filter(prefix -> !prefix.startsWith("/")).map(PublicUrls::web).toList(),
        prefixes.stream()
            .filter(prefix -> prefix.startsWith("/"))
            .map(PublicUrls::withoutSlash)
            .toList());
  }

  private static Url web(String prefix) {
    return Url.parse(withoutSlash(prefix))
        .filter(url -> url.isWeb() && !url.host().isEmpty())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "not a public address like https://cdn.example.org/files or /files: "
                        + prefix));
  }

  private static String withoutSlash(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /** The keys that the address may mean by these prefixes. */
  List<String> keys(Url url) {
    return web.stream()
        .filter(prefix -> url.isWeb() && prefix.host().equals(url.host()))
        .flatMap(prefix -> url.below(prefix.rest()).stream())
        .toList();
  }

  /**
   * The keys that a text without scheme may mean: {@code host/prefix/key} or {@code /prefix/key}.
   */
  List<String> keysWithoutScheme(String text) {
    return Stream.concat(
            Url.parse("https://" + text).stream().flatMap(url -> keys(url).stream()),
            paths.stream().flatMap(prefix -> after(prefix + "/", text).stream()))
        .toList();
  }

  /** What stands between the authority and the keys in those that are at this authority. */
  List<String> roots(Url authority) {
    return web.stream()
        .filter(prefix -> authority.isWeb() && prefix.host().equals(authority.host()))
        .map(Url::rest)
        .toList();
  }

  /** Whether one without its scheme may begin with such a name. */
  boolean mayBegin(String first) {
    return web.stream().anyMatch(prefix -> prefix.host().equals(first))
        || paths.stream().anyMatch(prefix -> prefix.startsWith("/" + first));
  }

  /** The prefixes of web addresses as regular expressions. */
  Stream<String> beginnings() {
    return web.stream().map(prefix -> PlainForm.web(prefix.host(), prefix.rest()));
  }

  static Optional<String> after(String prefix, String text) {
    return text.startsWith(prefix) && text.length() > prefix.length()
        ? Optional.of(text.substring(prefix.length()))
        : Optional.empty();
  }
}
