package dev.reclaim.store;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The form of references that need not be read to know what they may name, as regular expressions
 * that Java and PostgreSQL read alike.
 *
 * <p>A text of the plain form is a beginning that the store knows, or none, and after it names of
 * letters, digits and a few marks that mean the same in every spelling, with single slashes and
 * dots between them. So two things hold, whatever the text: it can be read, and each path that it
 * may mean ends in the text's own last name. Whoever looks for the references to some files, and
 * for those that cannot be read, finds all of both among the texts that end in the files' last
 * names and the texts that are not of this form.
 *
 * @param charsMax a longer text is not plain
 * @param routed matches the whole of a plain text behind Supabase's routes
 * @param plain matches the whole of any other, if it holds no such route
 * @param ignored matches the whole of a text that names nothing at all
 */
public record PlainForm(int charsMax, String routed, String plain, String ignored) {
  private static final int CHARS_MAX = 2_000;
  private static final String MARK = "[A-Za-z0-9_()!@~-]";
  private static final String NAMES = "\\.?" + MARK + "+(?:(?:/\\.?|\\.)" + MARK + "+)*";

  /** What is the way to another bucket, or to no key, even without scheme and host. */
  private static final String SUPABASE_ROUTE = "storage/v1/";

  private static final String RAILS_ROUTE = "active_storage/";

  /** Stands for a text that has to be read; the last name of no plain text. */
  public static final String READ = "?";

  private static final String SQL =
      """
      ((length(%1$s) <= %2$d AND strpos(%1$s, '{rails}') = 0
        AND (%1$s ~ %3$s OR (strpos(%1$s, '{supabase}') = 0 AND %1$s ~ %4$s)))
       OR %1$s ~ %5$s)"""
          .replace("{rails}", RAILS_ROUTE)
          .replace("{supabase}", SUPABASE_ROUTE);

  private static final Pattern SPECIAL = Pattern.compile("[\\p{Punct}&&[^/:_-]]");

  static PlainForm of(Addresses addresses, List<String> ignored) {
    return new PlainForm(
        CHARS_MAX,
        any(addresses.routes().stream().map(route -> "^" + route + NAMES + "$")),
        "^(?:" + String.join("|", addresses.beginnings()) + ")?" + NAMES + "$",
        any(ignored.stream().map(PlainForm::ignored)));
  }

  private static String any(Stream<String> forms) {
    return Stream.concat(Stream.of("^$"), forms).collect(Collectors.joining("|"));
  }

  /** Nothing that could be a list or a query, in which more is read. */
  private static String ignored(String beginning) {
    return "^%s%s$"
        .formatted(literal(beginning), beginning.startsWith("data:") ? ".*" : "[^,;|?\\s]*");
  }

  /** A regular expression of exactly this text. */
  static String literal(String text) {
    return SPECIAL.matcher(text).replaceAll("\\\\$0");
  }

  /** A web address up to the slash before a key. */
  static String web(String host, String path) {
    return "https?://%s(?::[0-9]+)?%s/".formatted(literal(host), literal(path));
  }

  /**
   * SQL of whether a text is of the form or names nothing.
   *
   * @param text SQL of it
   */
  String sql(String text) {
    return SQL.formatted(text, charsMax, quoted(routed), quoted(plain), quoted(ignored));
  }

  private static String quoted(String form) {
    return "'" + form.replace("'", "''") + "'";
  }

  /**
   * SQL of what a text is looked up by: the last name of what is of the form or names nothing, and
   * {@value #READ} for all others. An index over it answers which rows may name some files.
   *
   * @param text SQL of it, compared byte by byte
   */
  public String lookup(String text) {
    return "(CASE WHEN %s THEN split_part(%s, '/', -1) ELSE '%s' END)"
        .formatted(sql(text), text, READ);
  }

  /** Whether nobody needs to read the text for another ending than its own. */
  boolean contains(String text) {
    boolean isPlain =
        text.length() <= charsMax
            && !text.contains(RAILS_ROUTE)
            && (matches(routed, text) || (!text.contains(SUPABASE_ROUTE) && matches(plain, text)));
    return isPlain || matches(ignored, text);
  }

  private static boolean matches(String form, String text) {
    return Pattern.compile(form, Pattern.DOTALL).matcher(text).matches();
  }
}
