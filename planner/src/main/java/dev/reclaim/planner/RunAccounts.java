package dev.reclaim.planner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a run has done, over the ledgers of every database. Reads only. */
final class RunAccounts {
  /** Kinds of claims that are about files alone. */
  private static final Set<String> FILE_KINDS =
      Set.of("orphaned-files", "store-leftovers", "quarantined-files");

  private static final String ACCOUNT =
      """
      SELECT kind, coalesce(sum(rows), 0) AS rows, coalesce(sum(files), 0) AS files, coalesce(sum(bytes), 0) AS bytes,
             %s
        FROM reclaim.ledger
       WHERE run = :run
       GROUP BY kind
      """
          .formatted(
              List.of(
                      "deleted",
                      "deletedInferred",
                      "marked",
                      "protected",
                      "held",
                      "refused",
                      "locked",
                      "changed",
                      "missing",
                      "failed",
                      "quarantined",
                      "purged",
                      "restored")
                  .stream()
                  .map(
                      name ->
                          "coalesce(sum((outcome -> 'counts' ->> '%s')::bigint), 0) AS \"%s\""
                              .formatted(name, name))
                  .collect(Collectors.joining(", ")));

  private static final String NOTES =
      """
      SELECT DISTINCT note
        FROM reclaim.ledger, jsonb_array_elements_text(outcome -> 'notes') AS note
       WHERE run = :run
       ORDER BY note
       LIMIT 20
      """;

  private static final String DELETED_KEYS =
      "SELECT kind, deleted_keys::text AS deleted_keys FROM reclaim.ledger WHERE run = :run AND deleted_keys IS NOT NULL";

  private final Databases databases;

  RunAccounts(Databases databases) {
    this.databases = databases;
  }

  /** The account of a run over all ledgers. */
  record Account(OutcomeCounts rows, OutcomeCounts files, Reclaimed reclaimed, Set<String> notes) {}

  /** Sums over every ledger that may hold events of the run. */
  Account of(Run run) {
    OutcomeCounts rows = OutcomeCounts.NONE;
    OutcomeCounts files = OutcomeCounts.NONE;
    Reclaimed reclaimed = Reclaimed.NOTHING;
    Set<String> notes = new LinkedHashSet<>();
    for (Database database : databases.all()) {
      for (KindSum sum : sums(database, run)) {
        rows = sum.rows() ? rows.plus(sum.counts()) : rows;
        files = sum.rows() ? files : files.plus(sum.counts());
        reclaimed = reclaimed.plus(sum.reclaimed());
      }
      notes.addAll(notes(database, run));
    }
    return new Account(rows, files, reclaimed, notes);
  }

  /**
   * Hears every key and path that the run deleted or marked, a JSON line each, as far as the
   * ledgers keep them.
   */
  void deletedKeys(String run, String policy, Consumer<String> sink) {
    for (Database database : databases.all()) {
      database
          .jdbi()
          .useTransaction(
              handle ->
                  handle
                      .createQuery(DELETED_KEYS)
                      .bind("run", run)
                      .setFetchSize(100)
                      .map((row, context) -> lines(row, policy))
                      .forEach(lines -> lines.forEach(sink)));
    }
  }

  private static List<String> lines(ResultSet row, String policy) throws SQLException {
    byte[] keys = row.getString("deleted_keys").getBytes(UTF_8);
    return switch (row.getString("kind")) {
      case "expired-records" ->
          Arrays.stream(EventCodec.decode(keys, String[][].class))
              .map(key -> KeyLine.row(policy, List.of(key)))
              .toList();
      case "expired-partition" ->
          Arrays.stream(EventCodec.decode(keys, String[].class))
              .map(partition -> KeyLine.partition(policy, partition))
              .toList();
      case "store-leftovers" ->
          Arrays.stream(EventCodec.decode(keys, ClaimedLeftover[].class))
              .map(leftover -> KeyLine.leftover(policy, leftover))
              .toList();
      default ->
          Arrays.stream(EventCodec.decode(keys, String[].class))
              .map(path -> KeyLine.file(policy, path))
              .toList();
    };
  }

  private record KindSum(boolean rows, OutcomeCounts counts, Reclaimed reclaimed) {}

  private static List<KindSum> sums(Database database, Run run) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(ACCOUNT)
                    .bind("run", run.id())
                    .map((row, context) -> sum(row))
                    .list());
  }

  private static KindSum sum(ResultSet row) throws SQLException {
    return new KindSum(
        !FILE_KINDS.contains(row.getString("kind")),
        new OutcomeCounts(
            row.getLong("deleted"),
            row.getLong("deletedInferred"),
            row.getLong("marked"),
            row.getLong("protected"),
            row.getLong("held"),
            row.getLong("refused"),
            row.getLong("locked"),
            row.getLong("changed"),
            row.getLong("missing"),
            row.getLong("failed"),
            row.getLong("quarantined"),
            row.getLong("purged"),
            row.getLong("restored")),
        new Reclaimed(row.getLong("rows"), row.getLong("files"), row.getLong("bytes")));
  }

  private static List<String> notes(Database database, Run run) {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery(NOTES).bind("run", run.id()).mapTo(String.class).list());
  }
}
