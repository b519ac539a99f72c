package dev.reclaim.cli;

import java.io.PrintStream;
import java.util.Locale;

/** Numbers by policy, as people read them. */
final class AccountTable {
  private static final int NAME_WIDTH = 24;
  private static final int NUMBER_WIDTH = 15;

  private final PrintStream out;
  private int columns;

  AccountTable(PrintStream out) {
    this.out = out;
  }

  void head(String... names) {
    columns = names.length;
    StringBuilder line = new StringBuilder(String.format("%-" + NAME_WIDTH + "s", "policy"));
    for (String name : names) {
      line.append(String.format("%" + NUMBER_WIDTH + "s", name));
    }
    out.println(line);
    rule();
  }

  void line(String name, long... numbers) {
    StringBuilder line = new StringBuilder(String.format("%-" + NAME_WIDTH + "s", name));
    for (long number : numbers) {
      line.append(String.format(Locale.ROOT, "%," + NUMBER_WIDTH + "d", number));
    }
    out.println(line);
  }

  void rule() {
    out.println("-".repeat(NAME_WIDTH + columns * NUMBER_WIDTH));
  }
}
