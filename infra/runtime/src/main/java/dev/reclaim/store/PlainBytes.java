package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads references of one store that are of the {@link PlainForm}, byte by byte and without making
 * a text of them: names of letters, digits and a few marks with single slashes and dots between
 * them, alone or behind {@code scheme://authority}. For any other it says that it does not know.
 *
 * <p>What it gives is what the {@link ReferenceParser} gives, or more; a test holds it to that.
 *
 * <p>Not safe for use by several threads.
 */
final class PlainBytes {
  private static final int BYTES_MAX = 2_000;

  /** Authorities that are remembered; a column that names more is read slowly. */
  private static final int HEADS_MAX = 32;

  private static final byte OTHER = 0;
  private static final byte MARK = 1;
  private static final byte SLASH = 2;
  private static final byte DOT = 3;
  private static final byte[] KINDS = kinds();

  private static final String STORAGE = "storage";
  private static final String RAILS = "active_storage";
  private static final String SUPABASE = "v1/";

  private final Addresses addresses;
  private final List<Head> heads = new ArrayList<>();

  PlainBytes(Addresses addresses) {
    this.addresses = addresses;
  }

  /**
   * {@code scheme://authority}, and what may stand between it and a path.
   *
   * @param roots each begins with a slash or is empty
   */
  private record Head(String text, List<String> roots) {
    /** Compares Latin-1 with ASCII. */
    boolean isAt(byte[] bytes, int from, int to) {
      return to - from == text.length() && PlainBytes.isAt(bytes, from, text);
    }
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    for (char mark = '0'; mark <= 'z'; mark++) {
      if (Character.isLetterOrDigit(mark)) {
        kinds[mark] = MARK;
      }
    }
    for (char mark : "_()!@~-".toCharArray()) {
      kinds[mark] = MARK;
    }
    kinds['/'] = SLASH;
    kinds['.'] = DOT;
    return kinds;
  }

  /**
   * Gives the fingerprints of the paths that are meant.
   *
   * @return false where it does not know, and has given none
   */
  boolean read(byte[] bytes, int from, int to, LongConsumer fingerprints) {
    if (to - from > BYTES_MAX || to == from) {
      return false;
    }
    int authority = authority(bytes, from, to);
    return authority < 0
        ? readNames(bytes, from, to, fingerprints)
        : readAddress(bytes, from, authority, to, fingerprints);
  }

  /** Where the authority begins; -1 in what is no address. */
  private static int authority(byte[] bytes, int from, int to) {
    int last = Math.min(from + "https".length(), to - 3);
    for (int at = from; at <= last; at++) {
      if (bytes[at] == ':') {
        return bytes[at + 1] == '/' && bytes[at + 2] == '/' ? at + 3 : -1;
      }
    }
    return -1;
  }

  private boolean readNames(byte[] bytes, int from, int to, LongConsumer fingerprints) {
    int names = bytes[from] == '/' ? from + 1 : from;
    if (!areNames(bytes, names, to) || !isOnlyItself(bytes, from, names, to)) {
      return false;
    }
    fingerprints.accept(FingerprintSet.fingerprint(bytes, names, to));
    return true;
  }

  /** A lone name with a dot is a file's; one with a dot before others may be a host's. */
  private boolean isOnlyItself(byte[] bytes, int from, int names, int to) {
    boolean dot = false;
    int end = names;
    for (; end < to && bytes[end] != '/'; end++) {
      if (bytes[end] == '@') {
        return false;
      }
      dot |= bytes[end] == '.';
    }
    return dot
        ? end == to && names == from
        : addresses.isOnlyItself(
            new String(bytes, from, end - from, US_ASCII).toLowerCase(Locale.ROOT));
  }

  private boolean readAddress(
      byte[] bytes, int from, int authority, int to, LongConsumer fingerprints) {
    int rest = authority;
    while (rest < to && bytes[rest] != '/') {
      rest++;
    }
    if (rest == to || !areNames(bytes, rest + 1, to)) {
      return false;
    }
    Head head = head(bytes, from, authority, rest);
    boolean known = false;
    for (String root : head == null ? List.<String>of() : head.roots()) {
      int path = rest + root.length() + 1;
      if (path < to && bytes[path - 1] == '/' && isAt(bytes, rest, root)) {
        fingerprints.accept(FingerprintSet.fingerprint(bytes, path, to));
        known = true;
      }
    }
    return known;
  }

  private @Nullable Head head(byte[] bytes, int from, int authority, int to) {
    for (Head head : heads) {
      if (head.isAt(bytes, from, to)) {
        return head;
      }
    }
    if (heads.size() == HEADS_MAX || !isAuthority(bytes, authority, to)) {
      return null;
    }
    String text = new String(bytes, from, to - from, US_ASCII);
    Head head =
        new Head(
            text, Url.parse(text).stream().flatMap(it -> addresses.roots(it).stream()).toList());
    heads.add(head);
    return head;
  }

  private static boolean isAuthority(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (KINDS[bytes[at] & 0xff] == OTHER && bytes[at] != ':') {
        return false;
      }
    }
    return to > from;
  }

  /** Whether these bytes are plain names, none of them on the way to what is no path. */
  private static boolean areNames(byte[] bytes, int from, int to) {
    byte before = SLASH;
    for (int at = from; at < to; at++) {
      byte kind = KINDS[bytes[at] & 0xff];
      if (kind == OTHER
          || (kind == SLASH && (before != MARK || isRoute(bytes, from, at, to)))
          || (kind == DOT && before == DOT)) {
        return false;
      }
      before = kind;
    }
    return before == MARK;
  }

  /** Whether the name that ends here is the way to another bucket, or to no key. */
  private static boolean isRoute(byte[] bytes, int from, int slash, int to) {
    return bytes[slash - 1] == 'e'
        && endsAt(bytes, from, slash, STORAGE)
        && (endsAt(bytes, from, slash, RAILS)
            || (slash + 1 + SUPABASE.length() <= to && isAt(bytes, slash + 1, SUPABASE)));
  }

  private static boolean endsAt(byte[] bytes, int from, int to, String word) {
    return to - word.length() >= from && isAt(bytes, to - word.length(), word);
  }

  private static boolean isAt(byte[] bytes, int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
