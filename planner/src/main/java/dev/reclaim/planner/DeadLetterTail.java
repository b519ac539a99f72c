package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the dead letters from their beginning and notes those that belong to runs, so that a run
 * does not wait for an event that nobody will ever carry out.
 */
final class DeadLetterTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTail.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final String NOTE =
      """
      INSERT INTO reclaim.dead_letter (planned_on, source, id, run, reason)
      SELECT :plannedOn, :source, :id, r.id, :reason FROM reclaim.run r WHERE r.id = :run
      ON CONFLICT DO NOTHING
      """;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String outcomes;
  private final PolicyFile file;
  private final Databases databases;
  private final Losses losses;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread thread;

  DeadLetterTail(KafkaSettings kafka, PolicyFile file, Databases databases, Losses losses) {
    this.losses = losses;
    this.file = file;
    this.outcomes = kafka.topics().outcomes();
    this.databases = databases;
    this.consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    String topic = kafka.topics().deadLetters();
    this.thread = new Thread(() -> run(topic), "dead-letter-tail");
  }

  void start() {
    thread.start();
  }

  /** Begins anew when Kafka or a database was away: what is noted already stays as it is. */
  private void run(String topic) {
    try (consumer) {
      while (!stopping.get()) {
        try {
          read(topic);
        } catch (RuntimeException e) {
          LOG.warn("dead letters cannot be read or noted, trying again: {}", e.toString());
          LockSupport.parkNanos(RETRY.toNanos());
        }
      }
    }
  }

  private void read(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (!stopping.get()) {
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
        note(letter);
      }
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> letter) {
    Map<String, String> headers = EventRecords.texts(letter.headers());
    if (!endsItsEvent(headers)) {
      return;
    }
    try {
      if (ErrorHeader.CLASS
          .in(headers)
          .filter(Refusal.EXPIRED_UNREAD.label()::equals)
          .isPresent()) {
        losses.reported(headers, Instant.ofEpochMilli(letter.timestamp()));
        return;
      }
      EventIdentity identity = CloudEvent.fromHeaders(headers).identity();
      Optional<Origin> origin = origin(identity);
      String reason = ErrorHeader.REASON.in(headers).orElse("no reason given");
      origin.ifPresent(
          it ->
              databases
                  .get(it.policy().database())
                  .jdbi()
                  .useHandle(handle -> note(handle, identity, it.run(), reason)));
    } catch (InvalidEventException | IllegalArgumentException e) {
      LOG.debug("a dead letter that belongs to no run: {}", e.getMessage());
    }
  }

  /**
   * A letter ends the event that it names unless it only calls itself so, or is what was said of
   * the event afterwards.
   */
  private boolean endsItsEvent(Map<String, String> headers) {
    boolean impostor =
        ErrorHeader.CLASS.in(headers).filter(Refusal.NOT_ENTITLED.label()::equals).isPresent();
    boolean outcome = ErrorHeader.TOPIC.in(headers).filter(outcomes::equals).isPresent();
    return !impostor && !outcome;
  }

  private static void note(Handle handle, EventIdentity identity, String run, String reason) {
    handle
        .createUpdate(NOTE)
        .bind("plannedOn", identity.plannedOn())
        .bind("source", identity.source())
        .bind("id", identity.id())
        .bind("run", run)
        .bind("reason", reason)
        .execute();
  }

  private record Origin(Policy policy, String run) {}

  /**
   * Our own ids begin with the run's, {@code policy/start}; a follow-up's has its parent's before
   * it.
   */
  private Optional<Origin> origin(EventIdentity identity) {
    if (!identity.source().equals(ClaimId.PLANNER) && !identity.source().equals(ClaimId.WORKER)) {
      return Optional.empty();
    }
    String[] parts = identity.id().split("/", 3);
    return parts.length < 3
        ? Optional.empty()
        : file.policy(parts[0]).map(policy -> new Origin(policy, parts[0] + "/" + parts[1]));
  }

  @Override
  public void close() {
    stopping.set(true);
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
