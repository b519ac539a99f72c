package dev.reclaim.policy;

import dev.reclaim.store.LeftoverKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the policies that are about a store: its files, or what it keeps beside them. */
final class StorePolicyReader {
  private static final int SIGHTINGS_MAX = 100;
  private final Names names;

  StorePolicyReader(Names names) {
    this.names = names;
  }

  Policy read(String name, Section section) {
    List<LeftoverKind> kinds =
        Arrays.stream(LeftoverKind.values())
            .filter(kind -> section.node(LeftoverPolicy.key(kind)).isPresent())
            .toList();
    if (kinds.isEmpty()) {
      return files(name, section);
    }
    if (kinds.size() > 1) {
      section.report(
          LeftoverPolicy.key(kinds.get(1)),
          "\"old-versions\" and \"unfinished-uploads\" need a policy each");
    }
    LeftoverKind kind = kinds.get(0);
    if (section.has("quarantine")) {
      section.report(
          "quarantine",
          "\"quarantine\" is about files: remove it beside \"%s\"",
          LeftoverPolicy.key(kind));
    }
    String store = names.store(section);
    return new LeftoverPolicy(
        name,
        store,
        names.state(store),
        section.optionalText("prefix").orElse(""),
        kind,
        age(
            section,
            LeftoverPolicy.key(kind),
            store,
            kind == LeftoverKind.OLD_VERSIONS
                ? "somebody may want back what was replaced by mistake"
                : "an upload may still be going on"),
        PolicyReader.terms(section));
  }

  private Duration age(Section section, String key, String store, String why) {
    Duration age = section.duration(key);
    Duration floor = names.ageFloor(store);
    if (age.compareTo(floor) < 0) {
      section.report(key, "\"%s\" is below the floor of %s, in which %s", key, hours(floor), why);
    }
    return age;
  }

  private FilePolicy files(String name, Section section) {
    String store = names.store(section);
    Duration olderThan =
        age(section, "older-than", store, "a writer may still be about to refer to its file");
    return new FilePolicy(
        name,
        store,
        names.state(store),
        section.optionalText("prefix").orElse(""),
        olderThan,
        references(section),
        PolicyReader.terms(section),
        proof(section, store));
  }

  private Proof proof(Section section, String store) {
    List<StoreReference> stores = new ArrayList<>();
    for (Section item : referring(section)) {
      if (item.has("store")) {
        stores.add(storeReference(item, store));
      }
    }
    int sightings = section.has("sightings") ? section.count("sightings", SIGHTINGS_MAX) : 1;
    if (section.has("sightings") && referring(section).isEmpty()) {
      section.report(
          "sightings",
          "\"sightings\" asks how often nothing named a file, and \"referenced-by\" asks nobody: remove it");
    }
    return new Proof(stores, sightings);
  }

  private StoreReference storeReference(Section item, String own) {
    StoreReference reference =
        new StoreReference(names.store(item), item.optionalText("prefix").orElse(""));
    if (reference.store().equals(own)) {
      item.report(
          "store", "a store cannot name its own files, each of which is there: name another store");
    }
    item.end();
    return reference;
  }

  private static String hours(Duration floor) {
    return floor.toMinutes() % 60 == 0 ? floor.toHours() + " h" : floor.toString();
  }

  private List<Reference> references(Section section) {
    if (section.rawText("referenced-by").filter("none"::equals).isPresent()) {
      return List.of();
    }
    if (!section.has("referenced-by")) {
      section.report(
          section.position(),
          "\"referenced-by\" is missing: list the columns that name files, or say \"none\" to judge by age alone");
      return List.of();
    }
    if (section.node("referenced-by").filter(StorePolicyReader::isEmptyList).isPresent()) {
      section.report(
          "referenced-by",
          "\"referenced-by\" lists nothing: name the columns that name files, or say \"none\" to judge by age alone");
    }
    List<Reference> references = new ArrayList<>();
    boolean stores = false;
    for (Section item : referring(section)) {
      if (item.has("store")) {
        stores = true;
      } else if (stores) {
        item.report(item.position(), "list tables before stores");
      } else {
        references.add(reference(item));
      }
    }
    return references;
  }

  private static List<Section> referring(Section section) {
    return section.rawText("referenced-by").filter("none"::equals).isPresent()
        ? List.of()
        : section.list("referenced-by", item -> item);
  }

  private static boolean isEmptyList(YamlNode node) {
    return node instanceof YamlNode.Listing list && list.items().isEmpty();
  }

  private Reference reference(Section item) {
    TableName table = names.table(item, "table");
    Reference reference;
    if (item.has("expression")) {
      reference = new Reference.Expression(table, item.text("expression"));
    } else {
      reference = new Reference.Column(table, item.text("column"), item.optionalText("path"));
    }
    item.end();
    return reference;
  }
}
