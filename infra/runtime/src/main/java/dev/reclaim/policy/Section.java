package dev.reclaim.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the policy file under reading: hands out typed values, remembers which keys were
 * asked for, and refuses the rest at {@link #end()}.
 *
 * <p>A value that is missing or wrong is noted, and something of its type is handed out in its
 * place, so that reading goes on and finds every other mistake.
 */
final class Section {
  private final YamlNode.Mapping mapping;
  private final Variables variables;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  /** Reads a node that should be a mapping, called {@code what} where it is not. */
  Section(YamlNode node, String what, Variables variables, Problems problems) {
    this.variables = variables;
    if (node instanceof YamlNode.Mapping found) {
      this.mapping = found;
      this.problems = problems;
    } else {
      problems.add(
          new PolicyProblem(node.position(), what + " has to be a mapping of keys to values"));
      this.mapping = YamlNode.Mapping.empty(node.position());
      this.problems = Problems.unheard();
    }
  }

  private Section(YamlNode.Mapping mapping, Variables variables, Problems problems) {
    this.mapping = mapping;
    this.variables = variables;
    this.problems = problems;
  }

  /** The same mapping, its problems said to be the subject's. */
  Section in(Subject subject) {
    return new Section(mapping, variables, problems.in(subject));
  }

  Position position() {
    return mapping.position();
  }

  Set<String> keys() {
    return mapping.entries().keySet();
  }

  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  YamlNode node() {
    return mapping;
  }

  Optional<YamlNode> node(String key) {
    known.add(key);
    return Optional.ofNullable(mapping.entries().get(key));
  }

  /** A part that has to be there. */
  Section section(String key) {
    Optional<Section> section = optionalSection(key);
    if (section.isEmpty()) {
      missing(key);
    }
    return section.orElseGet(
        () ->
            new Section(YamlNode.Mapping.empty(mapping.position()), variables, Problems.unheard()));
  }

  Optional<Section> optionalSection(String key) {
    return node(key).map(node -> new Section(node, "\"" + key + "\"", variables, problems));
  }

  /** The parts of this one, for names that the operator chooses, in the file's order. */
  Map<String, YamlNode> entries() {
    known.addAll(mapping.entries().keySet());
    return mapping.entries();
  }

  /** A text with its variables resolved. */
  String text(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      missing(key);
    }
    return node.map(it -> problems.attempt("", () -> scalar(key, it))).orElse("");
  }

  Optional<String> optionalText(String key) {
    return node(key).isPresent() ? Optional.of(text(key)) : Optional.empty();
  }

  /** The text as it stands in the file, its variables unresolved. */
  Optional<String> rawText(String key) {
    return node(key).map(node -> node instanceof YamlNode.Scalar it ? it.text() : "");
  }

  /** A text that is parsed; {@code reading} throws a {@link #wrong} where it cannot. */
  <T> T parsed(String key, T standIn, Function<String, T> reading) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      missing(key);
      return standIn;
    }
    return problems.attempt(standIn, () -> reading.apply(scalar(key, node.get())));
  }

  /** A secret, which has to be referred to and never stands in the file itself. */
  String secret(String key) {
    Optional<String> raw = rawText(key).filter(text -> !text.isEmpty());
    if (raw.isPresent() && !Variables.refersElsewhere(raw.get())) {
      report(
          key,
          "\"%s\" has to be ${ENVIRONMENT_VARIABLE} or file:PATH, never the secret itself",
          key);
      return "";
    }
    return parsed(
        key,
        "",
        text -> {
          try {
            return Variables.secret(text);
          } catch (IllegalArgumentException e) {
            throw wrong(key, "%s", String.valueOf(e.getMessage()));
          }
        });
  }

  boolean flag(String key) {
    return node(key).isPresent()
        && parsed(
            key,
            false,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw wrong(key, "\"%s\" has to be true or false, not %s", key, text);
                });
  }

  /** One of the constants of an enum, written small and with dashes. */
  <E extends Enum<E>> E choice(String key, E standIn, E[] choices) {
    return parsed(
        key,
        standIn,
        text -> {
          List<String> names = new ArrayList<>();
          for (E choice : choices) {
            names.add(choice.name().toLowerCase(Locale.ROOT).replace('_', '-'));
          }
          int at = names.indexOf(text);
          if (at < 0) {
            throw wrong(key, "\"%s\" has to be %s, not %s", key, String.join(" or ", names), text);
          }
          return choices[at];
        });
  }

  /** A positive whole number. */
  int count(String key, int max) {
    return parsed(
        key,
        1,
        text -> {
          try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= max) {
              return count;
            }
          } catch (NumberFormatException e) {
            // Said below.
          }
          throw wrong(key, "\"%s\" has to be a number from 1 to %d, not %s", key, max, text);
        });
  }

  /** An exact span with a unit; days are 24 hours. */
  Duration duration(String key) {
    return parsed(
        key,
        Duration.ofDays(365),
        text -> {
          try {
            return Retention.exact(text);
          } catch (DateTimeException e) {
            throw wrong(key, "\"%s\" %s", key, String.valueOf(e.getMessage()));
          }
        });
  }

  Optional<ZoneId> zone(String key) {
    if (node(key).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        parsed(
            key,
            ZoneId.of("UTC"),
            text -> {
              try {
                return ZoneId.of(text);
              } catch (DateTimeException e) {
                throw wrong(
                    key, "\"%s\" has to be a zone like UTC or Europe/Berlin, not %s", key, text);
              }
            }));
  }

  /** The items of a list, each read by {@code reader}; empty where the key is absent. */
  <T> List<T> list(String key, Function<Section, T> reader) {
    return nodes(key).stream()
        .map(item -> new Section(item, "an item of \"" + key + "\"", variables, problems))
        .map(reader)
        .toList();
  }

  /** The items of a list as they stand; empty where the key is absent. */
  List<YamlNode> nodes(String key) {
    @Nullable YamlNode node = node(key).orElse(null);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof YamlNode.Listing listing)) {
      report(key, "\"%s\" has to be a list, each item with a dash before it", key);
      return List.of();
    }
    return listing.items();
  }

  /** One value or a list of values, as texts. */
  List<String> texts(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      missing(key);
      return List.of();
    }
    List<YamlNode> values =
        node.get() instanceof YamlNode.Listing listing ? listing.items() : List.of(node.get());
    List<String> texts = new ArrayList<>();
    for (YamlNode value : values) {
      texts.add(problems.attempt("", () -> scalar(key, value)));
    }
    return texts;
  }

  List<String> optionalTexts(String key) {
    return node(key).isPresent() ? texts(key) : List.of();
  }

  /** A text of one node within this section. */
  String scalar(String key, YamlNode node) {
    if (node instanceof YamlNode.Nothing) {
      throw new PolicyProblem(
          node.position(), "\"" + key + "\" has no value: give it one, or remove it");
    }
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw new PolicyProblem(node.position(), "\"" + key + "\" has to be one value");
    }
    try {
      return variables.apply(scalar.text());
    } catch (IllegalArgumentException e) {
      throw new PolicyProblem(node.position(), String.valueOf(e.getMessage()));
    }
  }

  /** An expression in the operator's own SQL. */
  String expression(String key, YamlNode node) {
    String text = problems.attempt("-", () -> scalar(key, node));
    if (text.isBlank()) {
      problems.add(
          new PolicyProblem(
              node.position(), "\"" + key + "\" is empty: remove it or say what it is"));
    }
    return text;
  }

  /** Refuses every key that nothing asked for. */
  void end() {
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        report(key, "unknown key \"%s\"%s", key, suggestion(key));
      }
    }
  }

  /** Notes a mistake at a key, or at this section where the key is absent. */
  void report(String key, String message, Object... details) {
    problems.add(wrong(key, message, details));
  }

  /** Notes a mistake of this section as a whole. */
  void report(Position position, String message, Object... details) {
    problems.add(new PolicyProblem(position, String.format(message, details)));
  }

  /** A mistake at a key, to be thrown by what reads its text. */
  PolicyProblem wrong(String key, String message, Object... details) {
    return new PolicyProblem(
        mapping.keyPositions().getOrDefault(key, mapping.position()),
        String.format(message, details));
  }

  /** What {@code reading} gives, if it found no mistake; what it throws is noted, too. */
  <T> Optional<T> whole(Supplier<T> reading) {
    int before = problems.size();
    Optional<T> read = problems.attempt(Optional.empty(), () -> Optional.of(reading.get()));
    return problems.size() == before ? read : Optional.empty();
  }

  /** A node as a section whose problems go where those of this one go. */
  Section of(YamlNode node, String what) {
    return new Section(node, what, variables, problems);
  }

  private void missing(String key) {
    known.add(key);
    for (String other : mapping.entries().keySet()) {
      if (!known.contains(other) && Nearest.isNear(other, key)) {
        known.add(other);
        report(other, "unknown key \"%s\": did you mean \"%s\"?", other, key);
        return;
      }
    }
    report(mapping.position(), "the key \"%s\" is missing: add it", key);
  }

  private String suggestion(String key) {
    return Nearest.to(key, known)
        .map(nearest -> ": did you mean \"" + nearest + "\"?")
        .orElse(": known here are " + String.join(", ", known.stream().sorted().toList()));
  }
}
