package dev.reclaim.policy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.reclaim.events.Labels;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one policy of the file. */
final class PolicyReader {
  /** Names travel in ids, keys and file names. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** Names of labels stand in the names of metrics. */
  private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  private static final Schedule NO_SCHEDULE = new Schedule("0 0 * * *", ZoneOffset.UTC);

  private final Names names;

  /** A reader of policies that speak of these names. */
  PolicyReader(Names names) {
    this.names = names;
  }

  Policy read(Section section) {
    String name = name(section);
    if (section.has("table") == section.has("store")) {
      throw new PolicyProblem(section.position(), "a policy needs either \"table\" or \"store\"");
    }
    Policy policy =
        section.has("table")
            ? rows(name, section)
            : new StorePolicyReader(names).read(name, section);
    section.end();
    return policy;
  }

  private static String name(Section section) {
    return section.parsed(
        "name",
        "nameless",
        text -> {
          if (!NAME.matcher(text).matches()) {
            throw section.wrong(
                "name", "\"name\" may hold letters, digits, dot, dash and underscore, up to 100");
          }
          return text;
        });
  }

  private RowPolicy rows(String name, Section section) {
    TableName table = names.table(section, "table");
    Expiry expiry = new ExpiryReader(names).read(section.section("expire"), table);
    List<Condition> where = Conditions.read(section, "where");
    RowPolicy.Effect effect = effect(section, table);
    requireQuarantinable(section, table, effect.files());
    if (expiry.dangling() && effect.files().isEmpty()) {
      section.report(
          "expire", "\"files: gone\" is about files, and no \"files\" are named by these rows");
    }
    return new RowPolicy(
        name,
        table,
        expiry,
        where,
        new KeepingReader(names).read(section, table, expiry),
        effect,
        labels(section),
        terms(section));
  }

  /** A run waits for what it purges in the ledger of its own database. */
  private void requireQuarantinable(
      Section section, TableName table, List<RowPolicy.LinkedFiles> files) {
    if (!section.has("quarantine")) {
      return;
    }
    if (files.isEmpty()) {
      section.report(
          "quarantine", "\"quarantine\" is about files, and no \"files\" go with these rows");
    }
    for (RowPolicy.LinkedFiles linked : files) {
      String state = names.state(linked.store());
      if (!state.isEmpty() && !state.equals(table.database())) {
        section.report(
            "quarantine",
            "\"quarantine\" asks for a store whose \"state\" is the database of the table, %s; that of %s is %s",
            table.database(),
            linked.store(),
            state);
      }
    }
  }

  private RowPolicy.Effect effect(Section section, TableName table) {
    return new RowPolicy.Effect(
        action(section),
        children(section, table),
        section.list("files", this::linkedFiles),
        vacuum(section));
  }

  private static RowPolicy.Vacuum vacuum(Section section) {
    if (section.node("vacuum").isEmpty()) {
      return RowPolicy.Vacuum.LEFT;
    }
    return section.parsed(
        "vacuum",
        RowPolicy.Vacuum.LEFT,
        text -> {
          if (!text.equals("after")) {
            throw section.wrong(
                "vacuum",
                "\"vacuum\" has to be after, or left out to leave it to autovacuum, not %s",
                text);
          }
          return RowPolicy.Vacuum.AFTER;
        });
  }

  private RowPolicy.Children children(Section section, TableName parent) {
    if (section.rawText("children").filter("all"::equals).isPresent()) {
      return new RowPolicy.Children(true, List.of());
    }
    return new RowPolicy.Children(
        false,
        section.list(
            "children",
            item -> {
              RowPolicy.Child child =
                  new RowPolicy.Child(
                      names.tableBeside(item, "table", parent), item.text("column"));
              item.end();
              return child;
            }));
  }

  private RowPolicy.LinkedFiles linkedFiles(Section item) {
    RowPolicy.LinkedFiles files = new RowPolicy.LinkedFiles(item.text("column"), names.store(item));
    item.end();
    return files;
  }

  private static Map<String, String> action(Section section) {
    if (section.rawText("action").filter("delete"::equals).isPresent()) {
      return Map.of();
    }
    Optional<Section> action = section.optionalSection("action");
    if (action.isEmpty()) {
      return Map.of();
    }
    Section set = action.get().section("set");
    Map<String, String> columns = new LinkedHashMap<>();
    for (String column : set.entries().keySet()) {
      columns.put(column, set.text(column));
    }
    if (action.get().has("set") && set.keys().isEmpty()) {
      action.get().report("set", "\"set\" names no column: name one with its value");
    }
    action.get().end();
    return columns;
  }

  private static Map<String, String> labels(Section section) {
    @Nullable Section found = section.optionalSection("labels").orElse(null);
    if (found == null) {
      return Map.of();
    }
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : found.entries().keySet()) {
      if (!LABEL.matcher(label).matches()) {
        found.report(
            label, "the label \"%s\" may hold letters, digits and underscores, up to 63", label);
      }
      labels.put(label, found.text(label));
    }
    if (labels.isEmpty() || labels.size() > Labels.LABELS_MAX) {
      section.report("labels", "\"labels\" has to name 1 to %d labels", Labels.LABELS_MAX);
    }
    return labels;
  }

  static Terms terms(Section section) {
    return new Terms(
        section.optionalSection("schedule").map(PolicyReader::schedule),
        section.flag("enabled"),
        producers(section),
        section.node("quarantine").isPresent()
            ? Optional.of(section.duration("quarantine"))
            : Optional.empty());
  }

  private static boolean producers(Section section) {
    return section.node("producers").isPresent()
        && section.parsed(
            "producers",
            false,
            text ->
                switch (text) {
                  case "allowed" -> true;
                  case "refused" -> false;
                  default ->
                      throw section.wrong(
                          "producers", "\"producers\" has to be allowed or refused, not %s", text);
                });
  }

  private static Schedule schedule(Section section) {
    Schedule schedule =
        section.parsed(
            "cron",
            NO_SCHEDULE,
            text -> {
              try {
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(text)
                    .validate();
              } catch (IllegalArgumentException e) {
                throw section.wrong(
                    "cron",
                    "\"cron\" has to be minute, hour, day, month and weekday like \"0 2 * * *\", not \"%s\"",
                    text);
              }
              return new Schedule(text, ZoneOffset.UTC);
            });
    Schedule zoned = new Schedule(schedule.cron(), section.zone("zone").orElse(ZoneOffset.UTC));
    section.end();
    return zoned;
  }

  /** Conditions on a row: values of columns, expressions, or a list of these. */
  static final class Conditions {
    private Conditions() {}

    static List<Condition> read(Section section, String key) {
      Optional<YamlNode> node = section.node(key);
      if (node.isEmpty()) {
        return List.of();
      }
      List<Condition> conditions = new ArrayList<>();
      if (node.get() instanceof YamlNode.Listing list) {
        if (list.items().isEmpty()) {
          section.report(key, "\"%s\" is empty: remove it or say what it is", key);
        }
        for (YamlNode item : list.items()) {
          conditions.addAll(one(section, key, item));
        }
      } else {
        conditions.addAll(one(section, key, node.get()));
      }
      return conditions;
    }

    private static List<Condition> one(Section section, String key, YamlNode node) {
      if (node instanceof YamlNode.Mapping) {
        return List.copyOf(columns(section, key, section.of(node, "\"" + key + "\"")));
      }
      return List.of(new Condition.Expression(section.expression(key, node)));
    }

    /** Columns with their values alone. */
    static List<Condition.OneOf> columns(Section section, String key, Section columns) {
      if (columns.keys().isEmpty()) {
        section.report(key, "\"%s\" names no column: name one, or remove it", key);
      }
      List<Condition.OneOf> conditions = new ArrayList<>();
      for (String column : columns.entries().keySet()) {
        List<String> values = columns.texts(column);
        if (values.isEmpty()) {
          columns.report(column, "\"%s\" lists no value: name one at least", column);
        }
        conditions.add(new Condition.OneOf(column, values));
      }
      return conditions;
    }
  }
}
