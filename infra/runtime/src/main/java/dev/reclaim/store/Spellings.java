package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The plausible readings of one text as a path. Each step adds readings and takes none away. */
final class Spellings {
  /** An address that is encoded again inside another is common; more is not. */
  private static final int DECODINGS_MAX = 2;

  private static final Pattern DISK =
      Pattern.compile("[A-Za-z][A-Za-z0-9_-]*:(.+)", Pattern.DOTALL);

  private Spellings() {}

  /**
   * All readings: whole and in pieces, with slashes for backslashes, with and without a query,
   * decoded or not, in both Unicode forms.
   */
  static Set<String> of(Collection<String> texts) {
    Set<String> readings = each(texts, text -> pieces(text).stream());
    readings = each(readings, Spellings::unescaped);
    readings = each(readings, Spellings::cuts);
    readings = each(readings, Spellings::decodings);
    return each(readings, Spellings::unicodeForms);
  }

  private static Set<String> each(Collection<String> texts, Function<String, Stream<String>> step) {
    Set<String> all = new LinkedHashSet<>(texts);
    texts.forEach(text -> step.apply(text).filter(each -> !each.isEmpty()).forEach(all::add));
    return all;
  }

  private static Stream<String> unescaped(String text) {
    Stream.Builder<String> readings = Stream.builder();
    if (text.indexOf('\\') >= 0) {
      readings.add(text.replace('\\', '/'));
    }
    if (text.contains("&amp;")) {
      readings.add(text.replace("&amp;", "&"));
    }
    return readings.build();
  }

  /**
   * The text up to each question mark and number sign: it starts a query, or it is part of a name.
   */
  private static Stream<String> cuts(String text) {
    return text.chars().noneMatch(Spellings::isCut)
        ? Stream.empty()
        : IntStream.range(0, text.length())
            .filter(at -> isCut(text.charAt(at)))
            .mapToObj(at -> text.substring(0, at));
  }

  private static boolean isCut(int character) {
    return character == '?' || character == '#';
  }

  private static Stream<String> decodings(String text) {
    Stream.Builder<String> readings = Stream.builder();
    Deque<String> open = new ArrayDeque<>(Set.of(text));
    for (int round = 0; round <= DECODINGS_MAX && !open.isEmpty(); round++) {
      Deque<String> next = new ArrayDeque<>();
      for (String each : open) {
        readings.add(each);
        spacesForPluses(each).forEach(readings::add);
        spacesForPluses(each).map(Spellings::decoded).forEach(readings::add);
        if (each.indexOf('%') >= 0) {
          next.add(decoded(each));
        }
      }
      open = next;
    }
    return readings.build();
  }

  private static Stream<String> spacesForPluses(String text) {
    return text.indexOf('+') < 0 ? Stream.empty() : Stream.of(text.replace('+', ' '));
  }

  /** Percent-decoded as UTF-8, or as Latin-1 where it is no UTF-8; a percent sign alone stays. */
  static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] raw = text.getBytes(UTF_8);
    for (int at = 0; at < raw.length; at++) {
      int high = raw[at] == '%' && at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(raw[at + 2], 16) : -1;
      bytes.write(low >= 0 ? (high << 4) | low : raw[at]);
      at += low >= 0 ? 2 : 0;
    }
    return text(bytes.toByteArray());
  }

  private static String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, ISO_8859_1);
    }
  }

  private static Stream<String> unicodeForms(String text) {
    return text.chars().allMatch(character -> character < 0x80)
        ? Stream.empty()
        : Stream.of(
            Normalizer.normalize(text, Normalizer.Form.NFC),
            Normalizer.normalize(text, Normalizer.Form.NFD));
  }

  /**
   * The whole text, what stands between its commas and semicolons, for it may be a list, and what
   * follows the name of a disk, as in {@code public:avatars/1.png}.
   */
  static Set<String> pieces(String text) {
    Set<String> pieces = new LinkedHashSet<>(Set.of(text));
    if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0) {
      Stream.of(text.split("[,;]", -1))
          .map(String::strip)
          .filter(piece -> !piece.isEmpty())
          .forEach(pieces::add);
    }
    if (text.indexOf(':') >= 0) {
      List.copyOf(pieces).stream()
          .map(DISK::matcher)
          .filter(Matcher::matches)
          .forEach(disk -> pieces.add(disk.group(1)));
    }
    return pieces;
  }
}
