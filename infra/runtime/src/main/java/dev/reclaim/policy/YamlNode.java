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
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** A YAML document that remembers on which line each thing stands. Every scalar is its text. */
sealed interface YamlNode {
  /** How the parser names a place. */
  Pattern PLACE = Pattern.compile("\\s*in .*line (\\d+), column (\\d+):?");

  /** Where the value begins. */
  Position position();

  record Scalar(String text, Position position) implements YamlNode {}

  /** A key with nothing after it; never taken for an empty text. */
  record Nothing(Position position) implements YamlNode {}

  record Listing(List<YamlNode> items, Position position) implements YamlNode {}

  record Mapping(
      Map<String, YamlNode> entries, Map<String, Position> keyPositions, Position position)
      implements YamlNode {
    static Mapping empty(Position position) {
      return new Mapping(Map.of(), Map.of(), position);
    }
  }

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
        throw new PolicyProblem(
            Position.START, "the file is empty: it needs databases and policies");
      }
      YamlNode document = node(parser, first);
      if (parser.nextToken() != null) {
        throw new PolicyProblem(
            position(parser),
            "a second document begins: the file has to be one, so remove the line ---");
      }
      return document;
    } catch (JacksonException e) {
      throw unreadable(e.getOriginalMessage());
    }
  }

  private static YamlNode node(YAMLParser parser, JsonToken token) {
    Position position = position(parser);
    if (parser.isCurrentAlias()) {
      throw new PolicyProblem(
          position,
          "the alias *" + parser.getString() + " is not supported: write out what it means");
    }
    return switch (token) {
      case START_OBJECT -> mapping(parser, position);
      case START_ARRAY -> listing(parser, position);
      case VALUE_NULL -> new Nothing(position);
      default -> new Scalar(parser.getString(), position);
    };
  }

  private static Mapping mapping(YAMLParser parser, Position position) {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    Map<String, Position> keyPositions = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      Position keyPosition = position(parser);
      if (keyPositions.put(key, keyPosition) != null) {
        throw new PolicyProblem(keyPosition, "the key \"" + key + "\" stands twice: remove one");
      }
      entries.put(key, node(parser, parser.nextToken()));
    }
    return new Mapping(entries, keyPositions, position);
  }

  private static Listing listing(YAMLParser parser, Position position) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(parser, token));
    }
    return new Listing(items, position);
  }

  private static Position position(YAMLParser parser) {
    TokenStreamLocation location = parser.currentTokenLocation();
    return new Position(location.getLineNr(), location.getColumnNr());
  }

  /** The parser says where it was, then what it met, each with a place of its own. */
  private static PolicyProblem unreadable(String message) {
    List<String> words = new ArrayList<>();
    Position position = Position.START;
    for (String each : message.lines().toList()) {
      Matcher place = PLACE.matcher(each);
      if (place.lookingAt()) {
        position = new Position(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
      } else if (!each.startsWith(" ")) {
        words.add(each.strip());
      }
    }
    return new PolicyProblem(
        position,
        "this is no YAML: %s; texts with { } : # or ${NAME} in them need quotes"
            .formatted(String.join(", ", words)));
  }
}
