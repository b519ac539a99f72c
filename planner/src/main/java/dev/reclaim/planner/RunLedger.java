package dev.reclaim.planner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What the ledgers say of a run: what is not settled yet, and its account when all is. Reads only.
 */
final class RunLedger {
  private static final String UNSETTLED =
      """
      SELECT count(*)
        FROM reclaim.run_event e
       WHERE e.run = :run
         AND NOT EXISTS (SELECT 1 FROM reclaim.ledger l
                          WHERE l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id)
         AND NOT EXISTS (SELECT 1 FROM reclaim.dead_letter d
                          WHERE d.planned_on = e.planned_on AND d.source = e.source AND d.id = e.id)
      """;

  private static final String LOCKED =
      """
      SELECT coalesce(sum((l.outcome -> 'counts' ->> 'locked')::bigint), 0)
        FROM reclaim.run_event e
        JOIN reclaim.ledger l ON l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id
       WHERE e.run = :run AND e.pass = :pass
      """;

  private static final String FOLLOW_UPS =
      """
      SELECT f -> 'event' ->> 'id' AS id, f -> 'event' ->> 'source' AS source,
             f -> 'event' ->> 'time' AS time, f -> 'claim' ->> 'store' AS store
        FROM reclaim.ledger l, jsonb_array_elements(l.follow_ups) AS f
       WHERE l.run = :run AND l.follow_ups IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM reclaim.dead_letter d
                          WHERE d.source = f -> 'event' ->> 'source' AND d.id = f -> 'event' ->> 'id'
                            AND d.run = :run)
      """;

  private static final String FOLLOW_UPS_SETTLED =
      """
      SELECT count(*) FROM reclaim.ledger
       WHERE planned_on = ANY (CAST(:days AS date[])) AND source = ANY (CAST(:sources AS text[]))
         AND id = ANY (CAST(:ids AS text[]))
      """;

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
                      "failed")
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

  private static final String DEAD_LETTERS =
      "SELECT reason FROM reclaim.dead_letter WHERE run = :run ORDER BY id LIMIT 1000";

  private static final String CLAIMED =
      """
      SELECT claimed + (SELECT coalesce(sum((outcome -> 'counts' ->> 'deleted')::bigint - 1), 0)
                          FROM reclaim.ledger
                         WHERE run = :run AND kind = 'expired-partition'
                           AND (outcome -> 'counts' ->> 'deleted')::bigint > 0) AS claimed,
             guarded, undated, notes
        FROM reclaim.run
       WHERE id = :run
      """;

  private static final String DELETED_KEYS =
      "SELECT kind, deleted_keys::text AS deleted_keys FROM reclaim.ledger WHERE run = :run AND deleted_keys IS NOT NULL";

  private final PolicyFile file;
  private final Databases databases;

  RunLedger(PolicyFile file, Databases databases) {
    this.file = file;
    this.databases = databases;
  }

  /** What a run claimed and passed over, and what its scan noted, as its row says. */
  record Claimed(long claimed, long guarded, long undated, List<String> notes) {}

  /** The account of a run over all ledgers. */
  record Account(OutcomeCounts rows, OutcomeCounts files, Reclaimed reclaimed, Set<String> notes) {}

  /**
   * Events of the run, follow-ups included, that are neither in a ledger nor among the dead
   * letters.
   */
  long unsettled(Policy policy, Run run) {
    Database home = databases.get(policy.database());
    long own =
        home.jdbi()
            .withHandle(
                handle ->
                    handle.createQuery(UNSETTLED).bind("run", run.id()).mapTo(Long.class).one());
    return own + unsettledFollowUps(home, run);
  }

  private record NamedFollowUp(String id, String source, LocalDate day, String store) {}

  private long unsettledFollowUps(Database home, Run run) {
    Map<String, List<NamedFollowUp>> byStore =
        home
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(FOLLOW_UPS)
                        .bind("run", run.id())
                        .map((row, context) -> followUp(row))
                        .list())
            .stream()
            .collect(Collectors.groupingBy(NamedFollowUp::store));
    long unsettled = 0;
    for (Map.Entry<String, List<NamedFollowUp>> named : byStore.entrySet()) {
      Database state = databases.get(file.store(named.getKey()).state());
      long settled = state.jdbi().withHandle(handle -> settled(handle, named.getValue()));
      unsettled += named.getValue().size() - settled;
    }
    return unsettled;
  }

  private static NamedFollowUp followUp(ResultSet row) throws SQLException {
    return new NamedFollowUp(
        row.getString("id"),
        row.getString("source"),
        OffsetDateTime.parse(row.getString("time"))
            .withOffsetSameInstant(ZoneOffset.UTC)
            .toLocalDate(),
        row.getString("store"));
  }

  private static long settled(Handle handle, List<NamedFollowUp> named) {
    return handle
        .createQuery(FOLLOW_UPS_SETTLED)
        .bindArray("days", String.class, named.stream().map(it -> it.day().toString()).toArray())
        .bindArray("sources", String.class, named.stream().map(NamedFollowUp::source).toArray())
        .bindArray("ids", String.class, named.stream().map(NamedFollowUp::id).toArray())
        .mapTo(Long.class)
        .one();
  }

  /** Rows of the run's present pass that were locked by others. */
  long locked(Policy policy, Run run) {
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(LOCKED)
                    .bind("run", run.id())
                    .bind("pass", run.pass())
                    .mapTo(Long.class)
                    .one());
  }

  List<String> deadLetters(Policy policy, Run run) {
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle.createQuery(DEAD_LETTERS).bind("run", run.id()).mapTo(String.class).list());
  }

  Claimed claimed(Policy policy, Run run) {
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(CLAIMED)
                    .bind("run", run.id())
                    .map(
                        (row, context) ->
                            new Claimed(
                                row.getLong("claimed"),
                                row.getLong("guarded"),
                                row.getLong("undated"),
                                List.of((String[]) row.getArray("notes").getArray())))
                    .one());
  }

  /** Sums over every ledger that may hold events of the run. */
  Account account(Run run) {
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
        !row.getString("kind").equals("orphaned-files"),
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
            row.getLong("failed")),
        new Reclaimed(row.getLong("rows"), row.getLong("files"), row.getLong("bytes")));
  }

  private static List<String> notes(Database database, Run run) {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery(NOTES).bind("run", run.id()).mapTo(String.class).list());
  }
}
