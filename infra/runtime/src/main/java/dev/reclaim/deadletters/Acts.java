package dev.reclaim.deadletters;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaCluster;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was done about the dead letters of one Kafka cluster: rows in the database of the policy
 * that the letter names, or in the first of the file where that is unknown.
 */
public final class Acts {
  private static final String THERE = "SELECT to_regclass('reclaim.dead_letter_act') IS NOT NULL";

  private static final String READ =
      """
      SELECT letter_partition, letter_offset, act, acted_at, actor, reason
        FROM reclaim.dead_letter_act
       WHERE cluster = :cluster AND topic = :topic
       ORDER BY acted_at
      """;

  private static final String NOTE =
      """
      INSERT INTO reclaim.dead_letter_act
        (act, actor, reason, cluster, topic, letter_partition, letter_offset, origin, event, policy, class, letter_reason)
      VALUES (:act, :actor, :reason, :cluster, :topic, :partition, :offset, :origin, :event, :policy, :class, :letterReason)
      """;

  private final PolicyFile file;
  private final Databases databases;
  private final String cluster;
  private final String topic;

  public Acts(PolicyFile file, Databases databases, KafkaSettings kafka) {
    this.file = file;
    this.databases = databases;
    this.cluster = KafkaCluster.id(kafka);
    this.topic = kafka.topics().deadLetters();
  }

  /** All of them by letter, the oldest first; none where a database has no place for them yet. */
  public Map<LetterId, List<Act>> read() {
    Map<LetterId, List<Act>> acts = new TreeMap<>();
    for (Database database : databases.all()) {
      database
          .jdbi()
          .useHandle(
              handle -> {
                if (handle.createQuery(THERE).mapTo(Boolean.class).one()) {
                  handle
                      .createQuery(READ)
                      .bind("cluster", cluster)
                      .bind("topic", topic)
                      .map((row, context) -> Map.entry(id(row), act(row)))
                      .forEach(
                          each ->
                              acts.computeIfAbsent(each.getKey(), id -> new ArrayList<>())
                                  .add(each.getValue()));
                }
              });
    }
    return acts;
  }

  /** Notes that somebody did something about a letter. */
  public void note(Letter letter, Act.Kind kind, String actor, Optional<String> reason) {
    home(letter)
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createUpdate(NOTE)
                    .bind("act", name(kind))
                    .bind("actor", text(actor))
                    .bind("reason", reason.map(Acts::text).orElse(null))
                    .bind("cluster", cluster)
                    .bind("topic", topic)
                    .bind("partition", letter.id().partition())
                    .bind("offset", letter.id().offset())
                    .bind("origin", text(letter.origin()))
                    .bind("event", letter.event().map(Acts::text).orElse(null))
                    .bind("policy", letter.policy().map(Acts::text).orElse(null))
                    .bind("class", text(letter.label()))
                    .bind("letterReason", text(letter.reason()))
                    .execute());
  }

  private Database home(Letter letter) {
    return letter
        .policy()
        .flatMap(file::policy)
        .map(Policy::database)
        .map(databases::get)
        .orElseGet(() -> databases.all().iterator().next());
  }

  /** Letters hold anything, and a database no U+0000. */
  private static String text(String said) {
    return said.replace('\0', ' ');
  }

  private static String name(Act.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static LetterId id(ResultSet row) throws SQLException {
    return new LetterId(row.getInt("letter_partition"), row.getLong("letter_offset"));
  }

  private static Act act(ResultSet row) throws SQLException {
    return new Act(
        Act.Kind.valueOf(row.getString("act").toUpperCase(Locale.ROOT)),
        row.getTimestamp("acted_at").toInstant(),
        row.getString("actor"),
        Optional.ofNullable(row.getString("reason")));
  }
}
