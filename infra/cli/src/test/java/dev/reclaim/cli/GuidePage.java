package dev.reclaim.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The producer's guide as people read it: its code, and the tables in it. */
record GuidePage(String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  static GuidePage read() {
    try {
      return new GuidePage(Files.readString(Path.of("..", "docs", "producers.md")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of a language, in the page's order. */
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** The only block of a language. */
  String block(String language) {
    List<String> blocks = blocks(language);
    if (blocks.size() != 1) {
      throw new AssertionError("%d blocks of %s instead of one".formatted(blocks.size(), language));
    }
    return blocks.get(0);
  }

  /** The only block of a language that holds the text. */
  String block(String language, String part) {
    List<String> blocks = blocks(language).stream().filter(block -> block.contains(part)).toList();
    if (blocks.size() != 1) {
      throw new AssertionError(
          "%d blocks of %s with %s instead of one".formatted(blocks.size(), language, part));
    }
    return blocks.get(0);
  }

  /** Code in the first column of the table under this head, to code in the second, if any. */
  Map<String, List<String>> table(String head) {
    int start = text.indexOf("\n| " + head + " |");
    if (start < 0) {
      throw new AssertionError("no table with the head " + head);
    }
    Map<String, List<String>> table = new LinkedHashMap<>();
    text.substring(start + 1)
        .lines()
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .forEach(
            line -> {
              String[] cells = line.split("\\|", -1);
              for (String first : code(cells[1])) {
                table.put(first, code(cells[2]));
              }
            });
    return table;
  }

  private static List<String> code(String cell) {
    List<String> code = new ArrayList<>();
    Matcher each = CODE.matcher(cell);
    while (each.find()) {
      code.add(each.group(1));
    }
    return code;
  }
}
