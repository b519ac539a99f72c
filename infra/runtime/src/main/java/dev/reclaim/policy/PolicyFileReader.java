package dev.reclaim.policy;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.S3Settings;
import dev.reclaim.store.StoreSettings;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy file; every mistake found is shown at once, a line each: {@code file:line: what,
 * and the mend}.
 */
public final class PolicyFileReader {
  private final String name;
  private final Variables variables;
  private final List<String> problems = new ArrayList<>();

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
    try {
      return read(file.toString(), Files.readString(file), environment);
    } catch (NoSuchFileException e) {
      throw new UserException(
          Kind.USAGE, "There is no policy file " + file + ". Name one with --policies FILE.", e);
    } catch (IOException e) {
      throw new UserException(
          Kind.USAGE, "The policy file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads a text, called {@code name} in messages. */
  public static PolicyFile read(
      String name, String text, Function<String, @Nullable String> environment) {
    return new PolicyFileReader(name, environment).read(text);
  }

  private PolicyFile read(String text) {
    Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
    Map<String, StoreDefinition> stores = new LinkedHashMap<>();
    List<Policy> policies = new ArrayList<>();
    attempt(
        "",
        () -> {
          Section file = new Section(YamlNode.read(new StringReader(text)), "the file", variables);
          Section databaseSection = file.section("databases");
          databases(databaseSection, databases);
          Optional<Section> storeSection = file.optionalSection("stores");
          storeSection.ifPresent(it -> stores(it, stores, databaseSection.keys()));
          PolicyReader reader =
              new PolicyReader(
                  databaseSection.keys(),
                  storeSection.map(PolicyFileReader::states).orElse(Map.of()));
          policies(file, policies, reader);
          file.end();
          return file;
        });
    if (!problems.isEmpty()) {
      throw new UserException(Kind.USAGE, String.join(System.lineSeparator(), problems));
    }
    return new PolicyFile(name, databases, stores, List.copyOf(policies));
  }

  private void databases(Section section, Map<String, DatabaseSettings> databases) {
    section
        .entries()
        .forEach(
            (key, node) ->
                attempt(
                    "database \"" + key + "\": ",
                    () -> databases.put(key, database(key, new Section(node, key, variables)))));
  }

  private DatabaseSettings database(String key, Section section) {
    String url = section.text("url");
    if (!url.startsWith("jdbc:postgresql:")) {
      throw section.problem(
          "url", "\"url\" has to be like jdbc:postgresql://host:5432/database, not %s", url);
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw section.problem(
          "url",
          "\"url\" carries a password: move it to \"password\", as ${VARIABLE} or file:PATH");
    }
    DatabaseSettings settings =
        new DatabaseSettings(key, url, section.text("user"), secret(section, "password"));
    section.end();
    return settings;
  }

  private static String secret(Section section, String key) {
    String raw = section.rawText(key).orElse("");
    if (!raw.isEmpty() && !Variables.refersElsewhere(raw)) {
      throw section.problem(
          key,
          "\"%s\" has to be ${ENVIRONMENT_VARIABLE} or file:PATH, never the secret itself",
          key);
    }
    try {
      return Variables.secret(section.text(key));
    } catch (IllegalArgumentException e) {
      throw section.problem(key, "%s", String.valueOf(e.getMessage()));
    }
  }

  private void stores(Section section, Map<String, StoreDefinition> stores, Set<String> known) {
    section
        .entries()
        .forEach(
            (key, node) ->
                attempt(
                    "store \"" + key + "\": ",
                    () -> stores.put(key, store(key, new Section(node, key, variables), known))));
  }

  /** The state database of each store as it is written, also of stores that are otherwise wrong. */
  private static Map<String, String> states(Section stores) {
    Map<String, String> states = new LinkedHashMap<>();
    stores
        .entries()
        .forEach(
            (key, node) ->
                states.put(
                    key,
                    node instanceof YamlNode.Mapping store
                            && store.entries().get("state") instanceof YamlNode.Scalar state
                        ? state.text()
                        : ""));
    return states;
  }

  private static StoreDefinition store(String key, Section section, Set<String> known) {
    String state = section.text("state");
    if (!known.contains(state)) {
      throw section.problem(
          "state",
          "\"state\" names no database of this file: %s. There are: %s",
          state,
          PolicyReader.names(known));
    }
    StoreSettings settings;
    if (section.has("s3") == section.has("directory")) {
      throw new PolicyProblem(section.line(), "a store needs either \"s3\" or \"directory\"");
    } else if (section.has("s3")) {
      settings = bucket(section.section("s3"));
    } else {
      settings = directory(section);
    }
    section.end();
    return new StoreDefinition(key, settings, state);
  }

  private static StoreSettings directory(Section section) {
    try {
      return new DirectorySettings(
          Path.of(section.text("directory")), texts(section, "publicUrls"));
    } catch (InvalidPathException e) {
      throw section.problem(
          "directory", "\"directory\" cannot be a path: %s", String.valueOf(e.getMessage()));
    }
  }

  private static StoreSettings bucket(Section s3) {
    @Nullable String accessKey = s3.optionalText("accessKey").orElse(null);
    @Nullable String secretKey = s3.has("secretKey") ? secret(s3, "secretKey") : null;
    if ((accessKey == null) != (secretKey == null)) {
      throw new PolicyProblem(s3.line(), "\"accessKey\" and \"secretKey\" go together");
    }
    StoreSettings settings =
        new S3Settings(
            filled(s3, "bucket"),
            s3.has("endpoint") ? endpoint(s3) : null,
            s3.optionalText("region").orElse("us-east-1"),
            s3.flag("pathStyle"),
            accessKey,
            secretKey,
            texts(s3, "publicUrls"));
    s3.end();
    return settings;
  }

  private static String filled(Section section, String key) {
    String text = section.text(key);
    if (text.isBlank()) {
      throw section.problem(key, "\"%s\" is empty: say what it is", key);
    }
    return text;
  }

  private static URI endpoint(Section s3) {
    String text = s3.text("endpoint");
    try {
      return Optional.of(new URI(text)).filter(it -> it.getHost() != null).orElseThrow();
    } catch (URISyntaxException | NoSuchElementException e) {
      throw s3.problem(
          "endpoint", "\"endpoint\" has to be like https://s3.example.org, not %s", text);
    }
  }

  private static List<String> texts(Section section, String key) {
    return section.node(key).isPresent() ? section.texts(key) : List.of();
  }

  private void policies(Section file, List<Policy> policies, PolicyReader reader) {
    List<Section> sections = file.list("policies", section -> section);
    if (sections.isEmpty()) {
      throw new PolicyProblem(file.line("policies"), "\"policies\" is missing or empty");
    }
    for (Section section : sections) {
      String called = section.rawText("name").orElse("without a name");
      attempt(
          "policy \"" + called + "\": ",
          () -> policies.add(unique(reader.read(section), section, policies)));
    }
  }

  private static Policy unique(Policy policy, Section section, List<Policy> before) {
    if (before.stream().anyMatch(other -> other.name().equals(policy.name()))) {
      throw section.problem("name", "the name stands twice: every policy needs its own");
    }
    return policy;
  }

  private void attempt(String where, Supplier<?> reading) {
    try {
      Object unused = reading.get();
    } catch (PolicyProblem problem) {
      problems.add(name + ":" + problem.line() + ": " + where + problem.getMessage());
    }
  }
}
