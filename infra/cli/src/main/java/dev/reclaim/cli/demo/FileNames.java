package dev.reclaim.cli.demo;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** What files may be called here, and how a URL says it. */
final class FileNames {
  private FileNames() {}

  /** Whether this JVM can name files beyond ASCII; under {@code LANG=C} it cannot. */
  static boolean beyondAscii() {
    String encoding = System.getProperty("sun.jnu.encoding", "US-ASCII");
    return Charset.forName(encoding).newEncoder().canEncode('\u00dc');
  }

  /** The path with everything percent-encoded that a URL's path cannot carry. */
  static String inUrl(String path) {
    StringBuilder url = new StringBuilder(path.length());
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c)) {
        url.append(c);
      } else {
        url.append(String.format("%%%02X", b & 0xff));
      }
    }
    return url.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~/+".indexOf(c) >= 0;
  }
}
