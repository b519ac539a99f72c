package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records that the brokers have dropped before any worker had read them, as workers report them
 * among the dead letters. Thread-safe.
 *
 * <p>A planner knows where its own events lie: those in a gap are noted as dead. It does not know
 * where follow-ups and deferred events lie; of gaps among these the newest of each topic is
 * remembered.
 */
final class Losses {
  /** What the clocks of worker and database may be apart. */
  private static final Duration CLOCKS_APART_MAX = Duration.ofSeconds(5);

  private static final String NOTE =
      """
      INSERT INTO reclaim.dead_letter (planned_on, source, id, run, reason)
      SELECT e.planned_on, e.source, e.id, e.run, :reason
        FROM reclaim.run_event e
        JOIN reclaim.run r ON r.id = e.run
       WHERE e.topic = :topic AND e.record_partition = :partition AND e.record_offset BETWEEN :first AND :last
         AND r.cluster = :cluster AND r.started_at <= :until
         AND NOT EXISTS (SELECT 1 FROM reclaim.ledger l
                          WHERE l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id)
      ON CONFLICT DO NOTHING
      """;

  private final Topics topics;
  private final Databases databases;
  private final String cluster;
  private final Map<String, Gap> gaps = new ConcurrentHashMap<>();

  Losses(Topics topics, Databases databases, String cluster) {
    this.topics = topics;
    this.databases = databases;
    this.cluster = cluster;
  }

  private record Gap(Instant reportedAt, String reason) {}

  /**
   * Takes a worker's report.
   *
   * @param headers of a letter of the class expired-unread
   * @throws IllegalArgumentException when it does not say which records are gone
   */
  void reported(Map<String, String> headers, Instant at) {
    String topic = ErrorHeader.TOPIC.in(headers).orElse("");
    String reason = ErrorHeader.REASON.in(headers).orElse("no reason given");
    int partition = Integer.parseInt(ErrorHeader.PARTITION.in(headers).orElse(""));
    long first = Long.parseLong(ErrorHeader.OFFSET.in(headers).orElse(""));
    long last = Long.parseLong(ErrorHeader.LAST_OFFSET.in(headers).orElse(""));
    Instant until = at.plus(CLOCKS_APART_MAX);
    for (Database database : databases.all()) {
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createUpdate(NOTE)
                      .bind("reason", reason)
                      .bind("topic", topic)
                      .bind("partition", partition)
                      .bind("first", first)
                      .bind("last", last)
                      .bind("cluster", cluster)
                      .bind("until", until)
                      .execute());
    }
    gaps.merge(
        topic,
        new Gap(until, reason),
        (one, other) -> one.reportedAt().isAfter(other.reportedAt()) ? one : other);
  }

  /** What was lost of deferred events since the run began. */
  Optional<String> deferredSince(Instant begin) {
    return since(topics.deferred(), begin);
  }

  /** What was lost of follow-ups since the run began. */
  Optional<String> followUpsSince(Instant begin) {
    return since(topics.orphanedFiles(), begin);
  }

  private Optional<String> since(String topic, Instant begin) {
    @Nullable Gap gap = gaps.get(topic);
    return gap == null || gap.reportedAt().isBefore(begin)
        ? Optional.empty()
        : Optional.of(gap.reason());
  }
}
