package dev.reclaim.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the policy file under reading: hands out typed values, remembers which keys were
 * asked for, and refuses the rest at {@link #end()}.
 */
final class Section {
  private final YamlNode.Mapping mapping;
  private final UnaryOperator<String> variables;
  private final Set<String> known = new HashSet<>();

  Section(YamlNode node, String what, UnaryOperator<String> variables) {
    if (!(node instanceof YamlNode.Mapping found)) {
      throw new PolicyProblem(node.line(), what + " has to be a mapping of keys to values");
    }
    this.mapping = found;
    this.variables = variables;
  }

  int line() {
    return mapping.line();
  }

  int line(String key) {
    return mapping.keyLines().getOrDefault(key, mapping.line());
  }

  Set<String> keys() {
    return mapping.entries().keySet();
  }

  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  Optional<YamlNode> node(String key) {
    known.add(key);
    return Optional.ofNullable(mapping.entries().get(key));
  }

  Section section(String key) {
    return optionalSection(key).orElseThrow(() -> missing(key));
  }

  Optional<Section> optionalSection(String key) {
    return node(key).map(node -> new Section(node, key, variables));
  }

  /** A text with its variables resolved. */
  String text(String key) {
    return optionalText(key).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalText(String key) {
    return node(key).map(node -> scalar(key, node));
  }

  /** The text as it stands in the file, its variables unresolved. */
  Optional<String> rawText(String key) {
    return node(key).map(node -> node instanceof YamlNode.Scalar it ? it.text() : "");
  }

  boolean flag(String key) {
    String text = optionalText(key).orElse("false");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw problem(key, "\"%s\" has to be true or false, not %s", key, text);
    };
  }

  /** A duration with a unit; days are 24 hours. */
  Duration duration(String key) {
    String text = text(key);
    try {
      Duration duration = Duration.parse(text);
      if (duration.isZero() || duration.isNegative()) {
        throw problem(key, "\"%s\" has to be longer than nothing, not %s", key, text);
      }
      return duration;
    } catch (DateTimeException e) {
      throw problem(
          key,
          "\"%s\" has to be an ISO 8601 duration of days, hours, minutes or seconds like P30D or PT12H, not %s",
          key,
          text);
    }
  }

  Optional<ZoneId> zone(String key) {
    return optionalText(key)
        .map(
            text -> {
              try {
                return ZoneId.of(text);
              } catch (DateTimeException e) {
                throw problem(
                    key, "\"%s\" has to be a zone like UTC or Europe/Berlin, not %s", key, text);
              }
            });
  }

  /** The items of a list, each read by {@code reader}; empty where the key is absent. */
  <T> List<T> list(String key, Function<Section, T> reader) {
    @Nullable YamlNode node = node(key).orElse(null);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof YamlNode.Listing listing)) {
      throw problem(key, "\"%s\" has to be a list, each item with a dash before it", key);
    }
    return listing.items().stream()
        .map(item -> reader.apply(new Section(item, "an item of \"" + key + "\"", variables)))
        .toList();
  }

  /** One value or a list of values, as texts. */
  List<String> texts(String key) {
    YamlNode node = node(key).orElseThrow(() -> missing(key));
    if (node instanceof YamlNode.Listing listing) {
      return listing.items().stream().map(item -> scalar(key, item)).toList();
    }
    return List.of(scalar(key, node));
  }

  /** Refuses every key that nothing asked for. */
  void end() {
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        throw problem(key, "unknown key \"%s\"%s", key, suggestion(key));
      }
    }
  }

  PolicyProblem problem(String key, String message, Object... details) {
    return new PolicyProblem(line(key), String.format(message, details));
  }

  private PolicyProblem missing(String key) {
    for (String other : mapping.entries().keySet()) {
      if (!known.contains(other) && isNear(other, key)) {
        return problem(other, "unknown key \"%s\": did you mean \"%s\"?", other, key);
      }
    }
    return new PolicyProblem(mapping.line(), "the key \"" + key + "\" is missing: add it");
  }

  private String scalar(String key, YamlNode node) {
    if (node instanceof YamlNode.Nothing) {
      throw new PolicyProblem(
          node.line(), "\"" + key + "\" has no value: give it one, or remove it");
    }
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw new PolicyProblem(node.line(), "\"" + key + "\" has to be one value");
    }
    try {
      return variables.apply(scalar.text());
    } catch (IllegalArgumentException e) {
      throw new PolicyProblem(node.line(), String.valueOf(e.getMessage()));
    }
  }

  private String suggestion(String key) {
    return known.stream()
        .min((a, b) -> Integer.compare(distance(key, a), distance(key, b)))
        .filter(nearest -> isNear(key, nearest))
        .map(nearest -> ": did you mean \"" + nearest + "\"?")
        .orElse(": known here are " + String.join(", ", known.stream().sorted().toList()));
  }

  private static boolean isNear(String key, String other) {
    return distance(key, other) <= Math.max(2, key.length() / 3);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }

  /** Entries of this section in the file's order, for names that the operator chooses. */
  Map<String, YamlNode> entries() {
    known.addAll(mapping.entries().keySet());
    return mapping.entries();
  }
}
