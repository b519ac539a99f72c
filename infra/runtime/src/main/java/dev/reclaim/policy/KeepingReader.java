package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.Newest;
import dev.reclaim.policy.PolicyReader.Conditions;
import dev.reclaim.policy.Protection.LetterCase;
import dev.reclaim.policy.RowPolicy.Keeping;
import java.util.List;

/** Reads what keeps rows. */
final class KeepingReader {
  private static final int NEWEST_MAX = 1_000;

  private final Names names;

  KeepingReader(Names names) {
    this.names = names;
  }

  Keeping read(Section section, TableName table, Expiry expiry) {
    return new Keeping(
        Conditions.read(section, "keep"),
        section.list("protect", item -> protection(item, table)),
        section.optionalSection("keep-newest").map(item -> newest(item, expiry)));
  }

  private Protection protection(Section section, TableName guarded) {
    TableName table = names.tableBeside(section, "table", guarded);
    if (section.has("match") == section.has("column")) {
      section.report(
          section.position(),
          "\"protect\" needs either \"column\", which names the row, or \"match\", an expression");
      return new Protection.Match(table, "");
    }
    Protection protection =
        section.has("match") ? match(section, table, guarded) : through(section, table);
    section.end();
    return protection;
  }

  private static Protection match(Section section, TableName table, TableName guarded) {
    if (!table.table().isEmpty() && table.table().equals(guarded.table())) {
      section.report(
          "table",
          "%s has the policy's own table's name, so that \"match\" could not tell them apart: name the row by \"column\", or protect by a view of another name",
          table);
    }
    return new Protection.Match(
        table, section.node("match").map(node -> section.expression("match", node)).orElse(""));
  }

  private static Protection through(Section section, TableName table) {
    return new Protection.Through(
        table,
        section.text("column"),
        section.optionalText("names"),
        section.optionalText("path"),
        section.optionalText("prefix"),
        section.flag("ignore-case") ? LetterCase.INSENSITIVE : LetterCase.SENSITIVE,
        section
            .optionalSection("where")
            .map(where -> Conditions.columns(section, "where", where))
            .orElse(List.of()));
  }

  private static Newest newest(Section section, Expiry expiry) {
    int count = section.count("n", NEWEST_MAX);
    List<String> per = section.texts("per");
    if (section.has("per") && per.isEmpty()) {
      section.report("per", "\"per\" lists no column: name one at least");
    }
    String by =
        section
            .optionalText("by")
            .or(() -> expiry.age().map(Expiry.Age::by))
            .orElseGet(() -> section.text("by"));
    section.end();
    return new Newest(count, per, by);
  }
}
