package dev.reclaim.cli.demo;

import java.util.Locale;

/**
 * An application that forgets to clean up, in a database of its own. Its scripts lie beside this
 * class: tables, rows, keys added after the first rows, its policies, and what the oracle knows of
 * it.
 */
enum SampleSystem {
  VIDEO,
  TRADING,
  RENDERS,
  JOBS,
  EXPORTS;

  String database() {
    return name().toLowerCase(Locale.ROOT);
  }

  SqlScript tables() {
    return new SqlScript(database() + ".sql");
  }

  SqlScript keys() {
    return new SqlScript(database() + "-keys.sql");
  }

  SqlScript planting() {
    return new SqlScript(database() + "-plant.sql");
  }

  SqlScript oracle() {
    return new SqlScript(database() + "-oracle.sql");
  }
}
