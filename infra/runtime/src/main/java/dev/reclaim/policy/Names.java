package dev.reclaim.policy;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * The databases and stores that policies may speak of, whether their own sections could be read or
 * not: one mistake is said once.
 *
 * @param states name of each store to its state database's name
 * @param ageFloors of the stores that could be read
 */
record Names(Set<String> databases, Map<String, String> states, Map<String, Duration> ageFloors) {
  private static final TableName NO_TABLE = new TableName("", "", "");

  /** The table that a key names. */
  TableName table(Section section, String key) {
    return section.parsed(
        key,
        NO_TABLE,
        text -> {
          TableName table =
              TableName.parse(text)
                  .orElseThrow(
                      () ->
                          section.wrong(
                              key, "\"%s\" has to be database.schema.table, not %s", key, text));
          if (!databases.contains(table.database())) {
            throw section.wrong(
                key,
                "\"%s\" names no database of this file: %s. There are: %s",
                key,
                table.database(),
                list(databases));
          }
          return table;
        });
  }

  /** A table that one statement can look at together with the policy's own. */
  TableName tableBeside(Section section, String key, TableName own) {
    TableName table = table(section, key);
    if (!table.equals(NO_TABLE)
        && !own.equals(NO_TABLE)
        && !table.database().equals(own.database())) {
      section.report(
          key,
          "%s is in another database than the policy's own table, %s, so that no statement sees both",
          table,
          own);
    }
    return table;
  }

  /** The store that the key {@code store} names. */
  String store(Section section) {
    return section.parsed(
        "store",
        "",
        text -> {
          if (!states.containsKey(text)) {
            throw section.wrong(
                "store",
                "\"store\" names no store of this file: %s. There are: %s",
                text,
                list(states.keySet()));
          }
          return text;
        });
  }

  String state(String store) {
    return states.getOrDefault(store, "");
  }

  Duration ageFloor(String store) {
    return ageFloors.getOrDefault(store, Duration.ZERO);
  }

  /** Whether all that a policy speaks of is among these. */
  static boolean all(Policy policy, Set<String> readDatabases, Set<String> readStores) {
    if (policy instanceof FilePolicy files) {
      return readStores.contains(files.store())
          && readDatabases.contains(files.database())
          && files.references().stream()
              .allMatch(reference -> readDatabases.contains(reference.table().database()))
          && files.proof().stores().stream()
              .allMatch(reference -> readStores.contains(reference.store()));
    }
    if (policy instanceof LeftoverPolicy leftovers) {
      return readStores.contains(leftovers.store()) && readDatabases.contains(leftovers.database());
    }
    RowPolicy rows = (RowPolicy) policy;
    return readDatabases.contains(rows.database())
        && rows.files().stream().allMatch(linked -> readStores.contains(linked.store()));
  }

  static String list(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
