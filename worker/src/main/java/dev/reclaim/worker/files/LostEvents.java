package dev.reclaim.worker.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventCodec;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.files.StoreIntents.Abandoned;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the database of a policy knows of an event that never came back: the labels of the rows that
 * named its files, and whose run waits for it.
 */
final class LostEvents {
  /** A follow-up stands in its parent's ledger row, which is of the same run. */
  private static final String LABELS =
      """
      SELECT file ->> 'path' AS path, (file -> 'labels')::text AS labels
        FROM reclaim.ledger AS l, jsonb_array_elements(l.follow_ups) AS f, jsonb_array_elements(f -> 'claim' -> 'files') AS file
       WHERE l.run = :run AND l.follow_ups IS NOT NULL AND jsonb_typeof(file -> 'labels') = 'object'
         AND f -> 'event' ->> 'id' = :id AND f -> 'event' ->> 'source' = :source
      """;

  private static final String NOTE =
      """
      INSERT INTO reclaim.dead_letter (planned_on, source, id, run, reason)
      SELECT :plannedOn, :source, :id, r.id, :reason FROM reclaim.run r WHERE r.id = :run
      ON CONFLICT DO NOTHING
      """;

  private static final String REASON =
      "it took the right to delete files and has not come back for a day; what it deleted is accounted for, "
          + "and the next run claims the rest";

  private final PolicyFile file;
  private final Databases databases;

  LostEvents(PolicyFile file, Databases databases) {
    this.file = file;
    this.databases = databases;
  }

  private Optional<Database> home(Abandoned event) {
    return file.policy(event.policy()).map(policy -> databases.get(policy.database()));
  }

  /** How long what was moved out of sight can be brought back, as the policy says by now. */
  Duration quarantine(Abandoned event) {
    return file.policy(event.policy()).flatMap(Policy::quarantine).orElse(Duration.ZERO);
  }

  /** Labels by path; none for events that no run has asked for. */
  Map<String, Map<String, String>> labels(Abandoned event) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    if (event.run() != null) {
      home(event)
          .ifPresent(
              home ->
                  home.jdbi()
                      .useHandle(
                          handle ->
                              handle
                                  .createQuery(LABELS)
                                  .bind("run", event.run())
                                  .bind("id", event.identity().id())
                                  .bind("source", event.identity().source())
                                  .map((row, context) -> labels(row))
                                  .forEach(each -> labels.put(each.getKey(), each.getValue()))));
    }
    return labels;
  }

  private static Map.Entry<String, Map<String, String>> labels(ResultSet row) throws SQLException {
    Map<String, String> labels = new HashMap<>();
    Map<?, ?> read = EventCodec.decode(row.getString("labels").getBytes(UTF_8), Map.class);
    read.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
    return Map.entry(row.getString("path"), Map.copyOf(labels));
  }

  /** Has the run that waits for the event, where there is one, wait no longer. */
  void waitNoLonger(Abandoned event) {
    home(event)
        .ifPresent(
            home ->
                home.jdbi()
                    .useHandle(
                        handle ->
                            handle
                                .createUpdate(NOTE)
                                .bind("plannedOn", event.identity().plannedOn())
                                .bind("source", event.identity().source())
                                .bind("id", event.identity().id())
                                .bind("run", event.run())
                                .bind("reason", REASON)
                                .execute()));
  }
}
