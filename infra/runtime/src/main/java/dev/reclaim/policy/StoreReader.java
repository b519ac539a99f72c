package dev.reclaim.policy;

import dev.reclaim.policy.StoreDefinition.ReferenceRules;
import dev.reclaim.policy.StoreDefinition.Unparseable;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.InventorySettings;
import dev.reclaim.store.S3Settings;
import dev.reclaim.store.S3Settings.Deletes;
import dev.reclaim.store.StoreSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the stores of the file. */
final class StoreReader {
  private static final Path NO_DIRECTORY = Path.of("");

  private final Set<String> databases;

  /**
   * A reader of stores.
   *
   * @param databases names that a store's books may be kept in
   */
  StoreReader(Set<String> databases) {
    this.databases = databases;
  }

  /** Every store that could be read. */
  Map<String, StoreDefinition> readAll(Section section) {
    Map<String, StoreDefinition> stores = new LinkedHashMap<>();
    section
        .entries()
        .forEach(
            (key, node) -> {
              Section store =
                  section.in(new Subject(Subject.Kind.STORE, key)).of(node, "\"" + key + "\"");
              store.whole(() -> read(key, store)).ifPresent(it -> stores.put(key, it));
            });
    return stores;
  }

  /** The state database of each store as it is written, also of stores that are otherwise wrong. */
  static Map<String, String> states(Section stores) {
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

  private StoreDefinition read(String key, Section section) {
    String state =
        section.parsed(
            "state",
            "",
            text -> {
              if (!databases.contains(text)) {
                throw section.wrong(
                    "state",
                    "\"state\" names no database of this file: %s. There are: %s",
                    text,
                    Names.list(databases));
              }
              return text;
            });
    if (section.has("s3") == section.has("directory")) {
      throw new PolicyProblem(section.position(), "a store needs either \"s3\" or \"directory\"");
    }
    StoreSettings settings = section.has("s3") ? bucket(section.section("s3")) : directory(section);
    StoreDefinition store =
        new StoreDefinition(
            key,
            settings,
            state,
            section
                .optionalSection("references")
                .map(StoreReader::references)
                .orElse(ReferenceRules.STRICT),
            section
                .optionalSection("age-floor")
                .map(StoreReader::ageFloor)
                .orElse(StoreDefinition.AGE_FLOOR));
    section.end();
    return store;
  }

  private static ReferenceRules references(Section section) {
    List<String> ignored = section.optionalTexts("ignore");
    if (ignored.stream().anyMatch(String::isBlank)) {
      section.report(
          "ignore", "\"ignore\" holds an empty beginning, which every reference has: remove it");
    }
    Unparseable unparseable =
        section
            .node("unparseable")
            .map(node -> section.choice("unparseable", Unparseable.STOP, Unparseable.values()))
            .orElse(Unparseable.STOP);
    section.end();
    return new ReferenceRules(ignored, unparseable);
  }

  /** Whoever lowers the floor has to say why no writer needs it. */
  private static Duration ageFloor(Section section) {
    Duration floor = section.duration("lowered-to");
    if (section.text("because").isBlank() && section.has("because")) {
      section.report("because", "\"because\" is empty: say why no writer needs 24 hours");
    }
    section.end();
    return floor;
  }

  private static StoreSettings directory(Section section) {
    Path directory =
        section.parsed(
            "directory",
            NO_DIRECTORY,
            text -> {
              try {
                return Path.of(text);
              } catch (InvalidPathException e) {
                throw section.wrong(
                    "directory",
                    "\"directory\" cannot be a path: %s",
                    String.valueOf(e.getMessage()));
              }
            });
    return new DirectorySettings(directory, section.optionalTexts("publicUrls"));
  }

  private static StoreSettings bucket(Section s3) {
    boolean keyed = s3.has("accessKey");
    if (keyed != s3.has("secretKey")) {
      throw new PolicyProblem(s3.position(), "\"accessKey\" and \"secretKey\" go together");
    }
    S3Settings settings =
        new S3Settings(
            s3.parsed("bucket", "none", text -> filled(s3, text)),
            endpoint(s3),
            s3.optionalText("region").orElse("us-east-1"),
            s3.flag("pathStyle"),
            s3.optionalText("accessKey").orElse(null),
            s3.node("secretKey").map(node -> s3.secret("secretKey")).orElse(null),
            s3.optionalTexts("publicUrls"),
            s3.optionalSection("inventory").map(StoreReader::inventory).orElse(null),
            s3.node("deletes")
                .map(node -> s3.choice("deletes", Deletes.MARKERS, Deletes.values()))
                .orElse(null));
    s3.end();
    return settings;
  }

  private static InventorySettings inventory(Section section) {
    InventorySettings settings =
        new InventorySettings(
            section.parsed("bucket", "none", text -> filled(section, text)),
            section.parsed(
                "prefix",
                "",
                text -> {
                  if (!text.endsWith("/")) {
                    throw section.wrong(
                        "prefix",
                        "\"prefix\" has to end in a slash, as in inventories/uploads/daily/: %s",
                        text);
                  }
                  return text;
                }));
    section.end();
    return settings;
  }

  private static String filled(Section section, String text) {
    if (text.isBlank()) {
      throw section.wrong("bucket", "\"bucket\" is empty: say what it is");
    }
    return text;
  }

  private static @Nullable URI endpoint(Section s3) {
    if (s3.node("endpoint").isEmpty()) {
      return null;
    }
    return s3.parsed(
            "endpoint",
            Optional.<URI>empty(),
            text -> {
              try {
                return Optional.of(
                    Optional.of(new URI(text)).filter(it -> it.getHost() != null).orElseThrow());
              } catch (URISyntaxException | NoSuchElementException e) {
                throw s3.wrong(
                    "endpoint", "\"endpoint\" has to be like https://s3.example.org, not %s", text);
              }
            })
        .orElse(null);
  }
}
