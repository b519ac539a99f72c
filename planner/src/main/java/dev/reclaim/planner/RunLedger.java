package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What the ledgers say of a run's events: which are not settled yet, and what became of the others.
 * Reads only.
 */
final class RunLedger {
  /** One look-up for each event of the run: a join would read the ledger of all runs. */
  private static final String UNSETTLED =
      """
      SELECT e.planned_on, e.source, e.id
        FROM reclaim.run_event e
       WHERE e.run = :run
         AND NOT EXISTS (SELECT 1 FROM reclaim.ledger l
                          WHERE l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id
                          OFFSET 0)
         AND NOT EXISTS (SELECT 1 FROM reclaim.dead_letter d
                          WHERE d.planned_on = e.planned_on AND d.source = e.source AND d.id = e.id)
      """;

  private static final String LOCKED =
      """
      SELECT coalesce(sum((l.outcome -> 'counts' ->> 'locked')::bigint), 0)
        FROM reclaim.run_event e
        JOIN reclaim.ledger l ON l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id
       WHERE e.run = :run AND e.pass = :pass AND l.run = :run
      """;

  private static final String ENDED =
      """
      SELECT id FROM reclaim.ledger
       WHERE planned_on = :day AND source = :source AND id = ANY (:ids)
      """;

  private static final String DEAD =
      """
      SELECT id FROM reclaim.dead_letter
       WHERE planned_on = :day AND source = :source AND id = ANY (:ids)
      """;

  private static final String FOLLOW_UPS =
      """
      SELECT f -> 'event' ->> 'id' AS id, f -> 'event' ->> 'source' AS source,
             f -> 'event' ->> 'time' AS time, f -> 'claim' ->> 'store' AS store
        FROM reclaim.ledger l, jsonb_array_elements(l.follow_ups) AS f
       WHERE l.follow_ups IS NOT NULL
      """;

  private static final String FOLLOW_UPS_OF_RUN = FOLLOW_UPS + " AND l.run = :run";

  private static final String FOLLOW_UPS_OF_EVENTS =
      FOLLOW_UPS + " AND l.planned_on = :day AND l.source = :source AND l.id = ANY (:ids)";

  private static final String DEAD_LETTERS =
      "SELECT reason FROM reclaim.dead_letter WHERE run = :run ORDER BY id LIMIT 1000";

  private static final String CLAIMED =
      """
      SELECT claimed + (SELECT coalesce(sum((outcome -> 'counts' ->> 'deleted')::bigint - 1), 0)
                          FROM reclaim.ledger
                         WHERE run = :run AND kind = 'expired-partition'
                           AND (outcome -> 'counts' ->> 'deleted')::bigint > 0) AS claimed,
             guarded, undated, refused, notes
        FROM reclaim.run
       WHERE id = :run
      """;

  private final PolicyFile file;
  private final Databases databases;
  private final RunAccounts accounts;

  RunLedger(PolicyFile file, Databases databases) {
    this.file = file;
    this.databases = databases;
    this.accounts = new RunAccounts(databases);
  }

  /** What runs have done. */
  RunAccounts accounts() {
    return accounts;
  }

  /** What a run claimed and passed over, and what its scan noted, as its row says. */
  record Claimed(long claimed, long guarded, long undated, long refused, List<String> notes) {}

  /**
   * Events that the run published and that are neither in the ledger nor among the dead letters.
   */
  List<EventIdentity> unsettled(Policy policy, Run run) {
    return home(policy)
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(UNSETTLED)
                    .bind("run", run.id())
                    .map(
                        (row, context) ->
                            new EventIdentity(
                                row.getString("source"),
                                row.getString("id"),
                                row.getObject("planned_on", LocalDate.class)))
                    .list());
  }

  /** Those of the events that are in the policy's ledger or among the dead letters. */
  Set<EventIdentity> ended(Policy policy, Set<EventIdentity> events) {
    Set<EventIdentity> ended = found(home(policy), ENDED, events);
    ended.addAll(found(home(policy), DEAD, events));
    return ended;
  }

  /** Follow-ups that the ledger names beside the run's events, with their stores. */
  Map<EventIdentity, String> followUps(Policy policy, Run run) {
    return home(policy)
        .jdbi()
        .withHandle(handle -> stores(handle.createQuery(FOLLOW_UPS_OF_RUN).bind("run", run.id())));
  }

  /** Follow-ups that the ledger names beside these events, with their stores. */
  Map<EventIdentity, String> followUps(Policy policy, Set<EventIdentity> parents) {
    Map<EventIdentity, String> named = new HashMap<>();
    home(policy)
        .jdbi()
        .useHandle(
            handle ->
                byDay(parents)
                    .forEach(
                        (day, ids) ->
                            named.putAll(stores(bind(handle, FOLLOW_UPS_OF_EVENTS, day, ids)))));
    return named;
  }

  /** Those of the follow-ups that are in their stores' ledgers or among the dead letters. */
  Set<EventIdentity> endedFollowUps(Policy policy, Map<EventIdentity, String> stores) {
    Set<EventIdentity> ended = found(home(policy), DEAD, stores.keySet());
    Map<String, Set<EventIdentity>> byState = new HashMap<>();
    stores.forEach(
        (event, store) ->
            byState
                .computeIfAbsent(file.store(store).state(), state -> new HashSet<>())
                .add(event));
    byState.forEach((state, events) -> ended.addAll(found(databases.get(state), ENDED, events)));
    return ended;
  }

  /** Events of one day and source: one look-up in one partition. */
  private record Day(LocalDate day, String source) {}

  private static Map<Day, List<String>> byDay(Set<EventIdentity> events) {
    return events.stream()
        .collect(
            Collectors.groupingBy(
                event -> new Day(event.plannedOn(), event.source()),
                Collectors.mapping(EventIdentity::id, Collectors.toList())));
  }

  private static Set<EventIdentity> found(
      Database database, String sql, Set<EventIdentity> events) {
    Set<EventIdentity> found = new HashSet<>();
    if (!events.isEmpty()) {
      database
          .jdbi()
          .useHandle(
              handle ->
                  byDay(events)
                      .forEach(
                          (day, ids) ->
                              bind(handle, sql, day, ids)
                                  .mapTo(String.class)
                                  .forEach(
                                      id ->
                                          found.add(
                                              new EventIdentity(day.source(), id, day.day())))));
    }
    return found;
  }

  private static Query bind(Handle handle, String sql, Day day, List<String> ids) {
    return handle
        .createQuery(sql)
        .bind("day", day.day())
        .bind("source", day.source())
        .bindArray("ids", String.class, ids);
  }

  private static Map<EventIdentity, String> stores(Query query) {
    Map<EventIdentity, String> stores = new HashMap<>();
    query
        .map((row, context) -> Map.entry(followUp(row), row.getString("store")))
        .forEach(it -> stores.put(it.getKey(), it.getValue()));
    return stores;
  }

  private static EventIdentity followUp(ResultSet row) throws SQLException {
    return new EventIdentity(
        row.getString("source"),
        row.getString("id"),
        OffsetDateTime.parse(row.getString("time"))
            .withOffsetSameInstant(ZoneOffset.UTC)
            .toLocalDate());
  }

  private Database home(Policy policy) {
    return databases.get(policy.database());
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
                                row.getLong("refused"),
                                List.of((String[]) row.getArray("notes").getArray())))
                    .one());
  }
}
