package dev.reclaim.policy;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy file; every mistake found is shown at once, a line each: {@code file:line: what,
 * and the mend}.
 */
public final class PolicyFileReader {
  private final String name;
  private final Variables variables;
  private final Problems problems = Problems.none();

  private PolicyFileReader(String name, Function<String, @Nullable String> environment) {
    this.name = name;
    this.variables = new Variables(environment);
  }

  /**
   * Reads a file.
   *
   * @param environment values of {@code ${NAME}}
   * @throws UserException when the file is missing or wrong
   */
  public static PolicyFile read(Path file, Function<String, @Nullable String> environment) {
    return look(file, environment).whole();
  }

  /** Reads a text, called {@code name} in messages. */
  public static PolicyFile read(
      String name, String text, Function<String, @Nullable String> environment) {
    return look(name, text, environment).whole();
  }

  /**
   * Reads a file as far as it can be read.
   *
   * @throws UserException when there is no such text
   */
  public static PolicyReading look(Path file, Function<String, @Nullable String> environment) {
    try {
      return new PolicyFileReader(file.toString(), environment).read(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new UserException(
          Kind.USAGE, "There is no policy file " + file + ". Name one with --policies FILE.", e);
    } catch (IOException e) {
      throw new UserException(
          Kind.USAGE, "The policy file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads a text, called {@code name} in messages, as far as it can be read. */
  static PolicyReading look(
      String name, String text, Function<String, @Nullable String> environment) {
    return new PolicyFileReader(name, environment).read(text);
  }

  private PolicyReading read(String text) {
    Optional<PolicyFile> file =
        problems.attempt(
            Optional.empty(), () -> Optional.of(file(YamlNode.read(new StringReader(text)))));
    return new PolicyReading(file, problems.of(name));
  }

  private PolicyFile file(YamlNode document) {
    Section file = new Section(document, "the file", variables, problems);
    Section databaseSection = file.section("databases");
    Map<String, DatabaseSettings> databases = databases(databaseSection);
    Optional<Section> storeSection = file.optionalSection("stores");
    Map<String, StoreDefinition> stores = new LinkedHashMap<>();
    StoreReader storeReader = new StoreReader(databaseSection.keys());
    storeSection.ifPresent(it -> stores.putAll(storeReader.readAll(it)));
    Map<String, Duration> ageFloors = new LinkedHashMap<>();
    stores.forEach((key, store) -> ageFloors.put(key, store.ageFloor()));
    Names names =
        new Names(
            databaseSection.keys(),
            storeSection.map(StoreReader::states).orElse(Map.of()),
            ageFloors);
    Map<String, Places> places = new LinkedHashMap<>();
    List<Policy> policies = policies(file, new PolicyReader(names), places);
    file.end();
    policies.removeIf(policy -> !Names.all(policy, databases.keySet(), stores.keySet()));
    return new PolicyFile(
        name, databases, stores, List.copyOf(policies), places, Places.of(name, document));
  }

  private static Map<String, DatabaseSettings> databases(Section section) {
    Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
    section
        .entries()
        .forEach(
            (key, node) -> {
              Section each =
                  section.in(new Subject(Subject.Kind.DATABASE, key)).of(node, "\"" + key + "\"");
              each.whole(() -> database(key, each)).ifPresent(it -> databases.put(key, it));
            });
    return databases;
  }

  private static DatabaseSettings database(String key, Section section) {
    String url =
        section.parsed(
            "url",
            "",
            text -> {
              if (!text.startsWith("jdbc:postgresql:")) {
                throw section.wrong(
                    "url",
                    "\"url\" has to be like jdbc:postgresql://host:5432/database, not %s",
                    text);
              }
              if (text.toLowerCase(Locale.ROOT).contains("password=")) {
                throw section.wrong(
                    "url",
                    "\"url\" carries a password: move it to \"password\", as ${VARIABLE} or file:PATH");
              }
              return text;
            });
    DatabaseSettings settings =
        new DatabaseSettings(
            key,
            url,
            section.text("user"),
            section.secret("password"),
            section.optionalSection("limits").map(LimitsReader::read).orElse(Limits.NONE),
            keepLedger(section));
    section.end();
    return settings;
  }

  private static Duration keepLedger(Section section) {
    if (section.node("keepLedger").isEmpty()) {
      return DatabaseSettings.KEEP_LEDGER;
    }
    Duration keep = section.duration("keepLedger");
    if (keep.compareTo(DatabaseSettings.KEEP_LEDGER_MIN) < 0) {
      section.report(
          "keepLedger",
          "\"keepLedger\" has to be %d days at least: before that an event may come again",
          DatabaseSettings.KEEP_LEDGER_MIN.toDays());
    }
    return keep;
  }

  private List<Policy> policies(Section file, PolicyReader reader, Map<String, Places> places) {
    List<Policy> policies = new ArrayList<>();
    if (!file.has("policies")) {
      String unused = file.text("policies");
      return policies;
    }
    List<YamlNode> nodes = file.nodes("policies");
    if (file.node("policies").filter(YamlNode.Listing.class::isInstance).isPresent()
        && nodes.isEmpty()) {
      file.report("policies", "\"policies\" is empty: add one at least");
    }
    for (YamlNode node : nodes) {
      Section section =
          file.in(new Subject(Subject.Kind.POLICY, called(node))).of(node, "a policy");
      section
          .whole(() -> reader.read(section))
          .ifPresent(
              policy -> {
                if (places.putIfAbsent(policy.name(), Places.of(name, node)) == null) {
                  policies.add(policy);
                } else {
                  section.report("name", "the name stands twice: every policy needs its own");
                }
              });
    }
    return policies;
  }

  private static String called(YamlNode node) {
    return node instanceof YamlNode.Mapping policy
            && policy.entries().get("name") instanceof YamlNode.Scalar name
        ? name.text()
        : "";
  }
}
