package dev.reclaim.cli;

import java.util.stream.Collectors;

/** What others have said, made fit for a terminal, which obeys characters that it should show. */
final class Printable {
  private Printable() {}

  /** On one line. */
  static String line(String text) {
    return text(text).replace("\n", "\\n");
  }

  /** With its lines as they are. */
  static String text(String text) {
    return text.codePoints().mapToObj(Printable::visible).collect(Collectors.joining());
  }

  private static String visible(int point) {
    boolean obeyed =
        switch (Character.getType(point)) {
          case Character.CONTROL -> point != '\n';
          case Character.FORMAT,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        };
    return obeyed ? "\\u%04x".formatted(point) : Character.toString(point);
  }
}
