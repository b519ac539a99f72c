package dev.reclaim.cli;

/**
 * A policy over a table and what the table holds, each row named for what has to become of it.
 *
 * @param note what the outcome has to say, among other things
 */
record RowCase(String title, String tables, String policy, String note) {
  private static final String AGED =
      """
      table: main.s.thing
      expire: { after: 30d, by: at }
      """;

  static RowCase of(String title, String tables, String policy) {
    return new RowCase(title, tables, policy, "");
  }

  /** A policy by the age of {@code at}, with something added to it. */
  static RowCase aged(String title, String tables, String more) {
    return of(title, tables, AGED + more);
  }

  RowCase saying(String words) {
    return new RowCase(title, tables, policy, words);
  }

  @Override
  public String toString() {
    return title;
  }
}
