package dev.reclaim.simulation;

import java.util.List;
import java.util.stream.Stream;

/** Statements that look for rows that name files. */
final class ReferenceStatements {
  private final FakeDatabase database;

  ReferenceStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(
        (session, values) ->
            Rows.of("is_array", "named", "element", "is_text").add(false, "text", "text", true),
        "WITH RECURSIVE type AS");
    statements.add(
        (session, values) -> texts(assets(session)),
        "SELECT reclaim_name.text",
        "FROM \"public\".\"assets\"");
    statements.add(
        (session, values) -> texts(jobs(session)),
        "SELECT reclaim_name.text",
        "FROM \"public\".\"jobs\"");
  }

  private Stream<String> assets(FakeSession session) {
    return database.assets.seenBy(session.transaction()).values().stream().map(Asset::url);
  }

  private Stream<String> jobs(FakeSession session) {
    return database.jobs.seenBy(session.transaction()).values().stream().map(Row::url);
  }

  private Rows texts(Stream<String> urls) {
    List<String> all = urls.filter(url -> !url.isEmpty()).distinct().toList();
    Rows rows = Rows.of("text");
    if (!database.sabotage().is(Sabotage.Kind.NO_REFERENCES)) {
      all.forEach(rows::add);
    }
    return rows;
  }
}
