package dev.reclaim.policy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.reclaim.policy.FilePolicy.Reference;
import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.policy.RowPolicy.Protection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one policy of the file. */
final class PolicyReader {
  /** Younger files may belong to a writer that has not said so yet. */
  private static final Duration AGE_FLOOR = Duration.ofHours(24);

  /** Names travel in ids, keys and file names. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private static final int LABELS_MAX = 3;

  /** Names of labels stand in the names of metrics. */
  private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  private final Set<String> databases;
  private final Map<String, String> stores;

  /**
   * A reader of policies that speak of these names, whether their own sections could be read or
   * not: one mistake is said once.
   *
   * @param stores name to the state database's name
   */
  PolicyReader(Set<String> databases, Map<String, String> stores) {
    this.databases = databases;
    this.stores = stores;
  }

  Policy read(Section section) {
    String name = section.text("name");
    if (!NAME.matcher(name).matches()) {
      throw section.problem(
          "name", "\"name\" may hold letters, digits, dot, dash and underscore, up to 100");
    }
    if (section.has("table") == section.has("store")) {
      throw new PolicyProblem(section.line(), "a policy needs either \"table\" or \"store\"");
    }
    Policy policy = section.has("table") ? rows(name, section) : files(name, section);
    section.end();
    return policy;
  }

  private RowPolicy rows(String name, Section section) {
    TableName table = table(section, "table");
    Section expire = section.section("expire");
    Expiry expiry = new Expiry(expire.duration("after"), expire.text("by"), expire.zone("zone"));
    expire.end();
    return new RowPolicy(
        name,
        table,
        expiry,
        conditions(section, "where"),
        conditions(section, "keep"),
        section.list("protect", item -> protection(item, table)),
        section.list("children", item -> child(item, table)),
        section.list("files", this::linkedFiles),
        action(section),
        labels(section),
        schedule(section),
        section.flag("enabled"));
  }

  private FilePolicy files(String name, Section section) {
    String store = store(section);
    Duration olderThan = section.duration("older-than");
    if (olderThan.compareTo(AGE_FLOOR) < 0) {
      throw section.problem(
          "older-than",
          "\"older-than\" is below the floor of 24 h, in which a writer may still be about to refer to its file");
    }
    return new FilePolicy(
        name,
        store,
        stores.getOrDefault(store, ""),
        section.optionalText("prefix").orElse(""),
        olderThan,
        references(section),
        schedule(section),
        section.flag("enabled"));
  }

  private List<Reference> references(Section section) {
    if (section.rawText("referenced-by").filter("none"::equals).isPresent()) {
      return List.of();
    }
    List<Reference> references =
        section.list(
            "referenced-by",
            item -> {
              Reference reference = new Reference(table(item, "table"), item.text("column"));
              item.end();
              return reference;
            });
    if (references.isEmpty()) {
      throw new PolicyProblem(
          section.line("referenced-by"),
          "\"referenced-by\" is missing: list the columns that name files, or say \"none\" to judge by age alone");
    }
    return references;
  }

  private static List<Condition> conditions(Section section, String key) {
    Optional<YamlNode> node = section.node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof YamlNode.Listing) {
      throw section.problem(
          key, "\"%s\" has to be an expression in SQL, or columns with their values", key);
    }
    if (!(node.get() instanceof YamlNode.Mapping)) {
      String text = section.text(key);
      if (text.isBlank()) {
        throw section.problem(key, "\"%s\" is empty: remove it or say what it is", key);
      }
      return List.of(new Condition.Expression(text));
    }
    Section columns = section.section(key);
    if (columns.keys().isEmpty()) {
      throw section.problem(key, "\"%s\" names no column: name one, or remove it", key);
    }
    List<Condition> conditions = new ArrayList<>();
    for (String column : columns.entries().keySet()) {
      List<String> values = columns.texts(column);
      if (values.isEmpty()) {
        throw columns.problem(column, "\"%s\" lists no value: name one at least", column);
      }
      conditions.add(new Condition.OneOf(column, values));
    }
    return conditions;
  }

  private Protection protection(Section section, TableName guarded) {
    Protection protection = new Protection(tableBeside(section, guarded), section.text("match"));
    section.end();
    if (protection.table().table().equals(guarded.table())) {
      throw section.problem(
          "table",
          "%s has the policy's own table's name, so that \"match\" could not tell them apart: protect by a view of another name",
          protection.table());
    }
    return protection;
  }

  /** A table that one statement can look at together with the policy's own. */
  private TableName tableBeside(Section section, TableName own) {
    TableName table = table(section, "table");
    if (!table.database().equals(own.database())) {
      throw section.problem(
          "table",
          "%s is in another database than the policy's own table, %s, so that no statement sees both",
          table,
          own);
    }
    return table;
  }

  private Child child(Section section, TableName parent) {
    Child child = new Child(tableBeside(section, parent), section.text("column"));
    section.end();
    return child;
  }

  private LinkedFiles linkedFiles(Section section) {
    LinkedFiles files = new LinkedFiles(section.text("column"), store(section));
    section.end();
    return files;
  }

  private static Map<String, String> action(Section section) {
    Optional<Section> action = section.optionalSection("action");
    if (action.isEmpty()) {
      return Map.of();
    }
    Section set = action.get().section("set");
    Map<String, String> columns = new LinkedHashMap<>();
    for (String column : set.entries().keySet()) {
      columns.put(column, set.text(column));
    }
    if (columns.isEmpty()) {
      throw action.get().problem("set", "\"set\" names no column");
    }
    action.get().end();
    return columns;
  }

  private static Map<String, String> labels(Section section) {
    Optional<Section> found = section.optionalSection("labels");
    if (found.isEmpty()) {
      return Map.of();
    }
    Section columns = found.get();
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : columns.entries().keySet()) {
      if (!LABEL.matcher(label).matches()) {
        throw columns.problem(
            label, "the label \"%s\" may hold letters, digits and underscores, up to 63", label);
      }
      labels.put(label, columns.text(label));
    }
    if (labels.isEmpty() || labels.size() > LABELS_MAX) {
      throw section.problem("labels", "\"labels\" has to name 1 to %d labels", LABELS_MAX);
    }
    return labels;
  }

  private static Optional<Schedule> schedule(Section section) {
    return section
        .optionalSection("schedule")
        .map(
            schedule -> {
              String cron = schedule.text("cron");
              try {
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(cron)
                    .validate();
              } catch (IllegalArgumentException e) {
                throw schedule.problem(
                    "cron",
                    "\"cron\" has to be minute, hour, day, month and weekday like \"0 2 * * *\", not \"%s\"",
                    cron);
              }
              Schedule read = new Schedule(cron, schedule.zone("zone").orElse(ZoneOffset.UTC));
              schedule.end();
              return read;
            });
  }

  private TableName table(Section section, String key) {
    String text = section.text(key);
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3 || List.of(parts).contains("")) {
      throw section.problem(key, "\"%s\" has to be database.schema.table, not %s", key, text);
    }
    if (!databases.contains(parts[0])) {
      throw section.problem(
          key,
          "\"%s\" names no database of this file: %s. There are: %s",
          key,
          parts[0],
          names(databases));
    }
    return new TableName(parts[0], parts[1], parts[2]);
  }

  private String store(Section section) {
    String store = section.text("store");
    if (!stores.containsKey(store)) {
      throw section.problem(
          "store",
          "\"store\" names no store of this file: %s. There are: %s",
          store,
          names(stores.keySet()));
    }
    return store;
  }

  static String names(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
