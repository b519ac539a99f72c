package dev.reclaim.policy;

import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** A YAML document that remembers on which line each thing stands. Every scalar is its text. */
sealed interface YamlNode {
  /** Line of the file, from 1. */
  int line();

  record Scalar(String text, int line) implements YamlNode {}

  record Listing(List<YamlNode> items, int line) implements YamlNode {}

  record Mapping(Map<String, YamlNode> entries, Map<String, Integer> keyLines, int line)
      implements YamlNode {}

  /**
   * Reads one document.
   *
   * @throws PolicyProblem when the text is no YAML, or a key stands twice
   */
  static YamlNode read(Reader text) {
    try (JsonParser parser =
        YAMLFactory.builder().build().createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new PolicyProblem(1, "the file is empty: it needs databases and policies");
      }
      return node(parser, first);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new PolicyProblem(line, "this is no YAML: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static YamlNode node(JsonParser parser, JsonToken token) {
    int line = parser.currentTokenLocation().getLineNr();
    return switch (token) {
      case START_OBJECT -> mapping(parser, line);
      case START_ARRAY -> listing(parser, line);
      case VALUE_NULL -> new Scalar("", line);
      default -> new Scalar(parser.getString(), line);
    };
  }

  private static Mapping mapping(JsonParser parser, int line) {
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

  private static Listing listing(JsonParser parser, int line) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(parser, token));
    }
    return new Listing(items, line);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unreadable");
  }
}
