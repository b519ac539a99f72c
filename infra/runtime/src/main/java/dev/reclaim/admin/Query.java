package dev.reclaim.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of an address after the question mark. */
final class Query {
  private Query() {}

  /**
   * Parameters by name, decoded.
   *
   * @throws BadRequestException when one is given twice or cannot be decoded
   */
  static Map<String, String> parse(@Nullable String raw) {
    Map<String, String> parameters = new HashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        add(parameters, pair);
      }
    }
    return parameters;
  }

  private static void add(Map<String, String> parameters, String pair) {
    int equals = pair.indexOf('=');
    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
    String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
    if (parameters.putIfAbsent(name, value) != null) {
      throw new BadRequestException("parameter " + name + " is given twice");
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("the query is not percent-encoded: " + text);
    }
  }
}
