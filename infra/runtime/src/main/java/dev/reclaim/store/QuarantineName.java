package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of files in quarantine, {@code <run>/<path>~<tag>}, percent-encoded like the text of a form
 * so that every store can have them: one folder a run, and in it no folders.
 *
 * <p>The path comes back from the name. One that is too long for a file's name in a directory is
 * {@code ~<digest>} instead, and only the store's books know it.
 */
public final class QuarantineName {
  /** File systems take 255; servers that keep objects in one need a few for themselves. */
  private static final int PART_BYTES_MAX = 200;

  private static final int TAG_BYTES = 8;
  private static final Pattern NAME =
      Pattern.compile("(?<run>[A-Za-z0-9_*%-][A-Za-z0-9._*%-]{0,199})/(?<file>[A-Za-z0-9._*%~-]+)");
  private static final Pattern FILE = Pattern.compile("(?<path>[^~]+)~[0-9a-f]{16}");

  private QuarantineName() {}

  /**
   * The name of a content.
   *
   * @param run what it is brought back by
   * @param right the right under which it is moved: another right, another name
   */
  public static String of(String run, String path, String right) {
    String file = encoded(path) + "~" + digest(TAG_BYTES, path, right);
    return folder(run)
        + "/"
        + (file.length() > PART_BYTES_MAX ? "~" + digest(32, path, right) : file);
  }

  /** The folder of all files of a run. */
  static String folder(String run) {
    String folder = encoded(run).replaceFirst("^\\.", "%2E");
    return folder.length() > PART_BYTES_MAX ? "%7E" + digest(32, run) : folder;
  }

  /** The path that is in a name; empty where it was too long, or this is no such name. */
  public static Optional<String> path(String name) {
    Matcher file = FILE.matcher(name.substring(name.indexOf('/') + 1));
    return isName(name) && file.matches()
        ? Optional.of(URLDecoder.decode(file.group("path"), UTF_8))
        : Optional.empty();
  }

  /** Whether it leads to one file below the quarantine and nowhere else. */
  static boolean isName(String text) {
    Matcher name = NAME.matcher(text);
    return name.matches()
        && name.group("file").length() <= PART_BYTES_MAX
        && name.group("file").contains("~");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static String digest(int bytes, String... texts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        sha256.update(text.getBytes(UTF_8));
        sha256.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha256.digest(), 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
