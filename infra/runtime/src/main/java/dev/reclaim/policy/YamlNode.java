package dev.reclaim.policy;

import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** A YAML document that remembers on which line each thing stands. Every scalar is its text. */
sealed interface YamlNode {
  /** How the parser names a place. */
  Pattern PLACE = Pattern.compile("\\s*in .*line (\\d+), column \\d+:?");

  /** Line of the file, from 1. */
  int line();

  record Scalar(String text, int line) implements YamlNode {}

  /** A key with nothing after it; never taken for an empty text. */
  record Nothing(int line) implements YamlNode {}

  record Listing(List<YamlNode> items, int line) implements YamlNode {}

  record Mapping(Map<String, YamlNode> entries, Map<String, Integer> keyLines, int line)
      implements YamlNode {}

  /**
   * Reads one document.
   *
   * @throws PolicyProblem when the text is no YAML, a key stands twice, or an alias or a second
   *     document would be read as something it is not
   */
  static YamlNode read(Reader text) {
    try (YAMLParser parser =
        (YAMLParser) YAMLFactory.builder().build().createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new PolicyProblem(1, "the file is empty: it needs databases and policies");
      }
      YamlNode document = node(parser, first);
      if (parser.nextToken() != null) {
        throw new PolicyProblem(
            parser.currentTokenLocation().getLineNr(),
            "a second document begins: the file has to be one, so remove the line ---");
      }
      return document;
    } catch (JacksonException e) {
      throw unreadable(e.getOriginalMessage());
    }
  }

  private static YamlNode node(YAMLParser parser, JsonToken token) {
    int line = parser.currentTokenLocation().getLineNr();
    if (parser.isCurrentAlias()) {
      throw new PolicyProblem(
          line, "the alias *" + parser.getString() + " is not supported: write out what it means");
    }
    return switch (token) {
      case START_OBJECT -> mapping(parser, line);
      case START_ARRAY -> listing(parser, line);
      case VALUE_NULL -> new Nothing(line);
      default -> new Scalar(parser.getString(), line);
    };
  }

  private static Mapping mapping(YAMLParser parser, int line) {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    Map<String, Integer> keyLines = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      int keyLine = parser.currentTokenLocation().getLineNr();
      if (keyLines.put(key, keyLine) != null) {
        throw new PolicyProblem(keyLine, "the key \"" + key + "\" stands twice: remove one");
      }
      entries.put(key, node(parser, parser.nextToken()));
    }
    return new Mapping(entries, keyLines, line);
  }

  private static Listing listing(YAMLParser parser, int line) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(parser, token));
    }
    return new Listing(items, line);
  }

  /** The parser says where it was, then what it met, each with a place of its own. */
  private static PolicyProblem unreadable(String message) {
    List<String> words = new ArrayList<>();
    int line = 1;
    for (String each : message.lines().toList()) {
      Matcher place = PLACE.matcher(each);
      if (place.lookingAt()) {
        line = Integer.parseInt(place.group(1));
      } else if (!each.startsWith(" ")) {
        words.add(each.strip());
      }
    }
    return new PolicyProblem(
        line,
        "this is no YAML: %s; texts with { } : # or ${NAME} in them need quotes"
            .formatted(String.join(", ", words)));
  }
}
