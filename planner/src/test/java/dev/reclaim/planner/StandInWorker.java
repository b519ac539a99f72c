package dev.reclaim.planner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Answers claims about rows as a worker would, but deletes by key alone: each counts as one row of
 * 10 bytes, each followed-up file as 7.
 */
final class StandInWorker implements AutoCloseable {
  private static final String INSERT =
      """
      INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest, outcome, follow_ups,
                                  rows, files, bytes)
      VALUES (:plannedOn, :source, :id, :policy, :run, :kind, 'digest', CAST(:outcome AS jsonb),
              CAST(:followUps AS jsonb), :rows, :files, :bytes)
      ON CONFLICT DO NOTHING
      """;

  /** An event with its claim, as the ledger names it. */
  record Event(CloudEvent event, OrphanedFiles claim) {}

  private final KafkaSettings kafka;
  private final Database database;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Integer> locks = new HashMap<>();
  private final List<String> claimed = new CopyOnWriteArrayList<>();
  private final List<String> deleted = new CopyOnWriteArrayList<>();
  private final List<Event> followUps = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::work, "stand-in-worker");
  private @Nullable String refused;
  private boolean followsUp;
  private volatile boolean paused;
  private volatile boolean stopping;
  private volatile int refusals;

  StandInWorker(KafkaSettings kafka, Database database) {
    this.kafka = kafka;
    this.database = database;
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    this.thread.start();
  }

  /** The key is found locked so often. */
  synchronized StandInWorker locking(int key, int times) {
    locks.put(Integer.toString(key), times);
    return this;
  }

  /** Events with this key are dead letters. */
  synchronized StandInWorker refusing(String key) {
    refused = key;
    return this;
  }

  /** Each event's ledger row names a claim about one file. */
  synchronized StandInWorker withFollowUps() {
    followsUp = true;
    return this;
  }

  StandInWorker paused() {
    paused = true;
    return this;
  }

  void resume() {
    paused = false;
  }

  /** First columns of the keys of distinct events, as often as they were claimed. */
  List<String> claimed() {
    return claimed;
  }

  List<String> deleted() {
    return deleted;
  }

  List<Event> followUps() {
    return followUps;
  }

  int refused() {
    return refusals;
  }

  private void work() {
    String topic = kafka.topics().expiredRecords();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          await().pollInSameThread().until(() -> partitions(consumer, topic), it -> it.size() == 4);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!stopping) {
        if (!paused) {
          consumer.poll(Duration.ofMillis(50)).forEach(this::carryOut);
        } else {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** None for a moment after the topic was made. */
  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private synchronized void carryOut(ConsumerRecord<byte[], byte[]> received) {
    CloudEvent event = CloudEvent.fromHeaders(EventRecords.texts(received.headers()));
    ExpiredRecords claim = EventCodec.decode(received.value(), ExpiredRecords.class);
    if (claim.run() == null || !ClaimId.isOf(claim.run(), event.id(), claim)) {
      deadLetter(
          event, received.value(), Refusal.NOT_ENTITLED, "the id does not belong to the claim");
      return;
    }
    List<String> keys = claim.keys().stream().map(key -> key.get(0)).toList();
    if (refused != null && keys.contains(refused)) {
      deadLetter(event, received.value(), Refusal.POLICY_MISFIT, "it is refused");
      refusals++;
      return;
    }
    List<String> free = new ArrayList<>(keys);
    free.removeIf(key -> locks.getOrDefault(key, 0) > 0);
    List<Event> named = followsUp ? List.of(followUp(event, claim)) : List.of();
    boolean first =
        settle(
            event,
            claim,
            new OutcomeCounts(free.size(), 0, 0, 0, 0, 0, keys.size() - free.size(), 0, 0, 0),
            new Reclaimed(free.size(), 0, 10L * free.size()),
            named);
    if (first) {
      keys.forEach(key -> locks.computeIfPresent(key, (same, times) -> times - 1));
      claimed.addAll(keys);
      deleted.addAll(free);
      delete(free);
      followUps.addAll(named);
    }
  }

  private void delete(List<String> keys) {
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "DELETE FROM job WHERE id = ANY (CAST(? AS int[]))",
                    keys.toString().replace('[', '{').replace(']', '}')));
  }

  private static Event followUp(CloudEvent parent, ExpiredRecords claim) {
    OrphanedFiles files =
        new OrphanedFiles(
            claim.policy(),
            claim.run(),
            "files",
            parent.identity(),
            List.of(new ClaimedFile("a", null, null, null)));
    String id = ClaimId.of(parent.id(), files);
    return new Event(
        new CloudEvent(id, ClaimId.WORKER, ClaimKind.ORPHANED_FILES.type(), Instant.now()), files);
  }

  void settle(Event followUp) {
    settle(
        followUp.event(),
        followUp.claim(),
        new OutcomeCounts(1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        new Reclaimed(0, 1, 7),
        List.of());
  }

  void deadLetter(Event followUp, Refusal refusal, String reason) {
    deadLetter(followUp.event(), EventCodec.encode(followUp.claim()), refusal, reason);
  }

  /** As a worker does that finds records dropped which nobody had read. */
  void reportGap(String topic, int partition, long first, long last) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(kafka.topics().deadLetters(), new byte[0]);
    ErrorHeader.CLASS.put(letter.headers(), Refusal.EXPIRED_UNREAD.label());
    ErrorHeader.TOPIC.put(letter.headers(), topic);
    ErrorHeader.PARTITION.put(letter.headers(), Integer.toString(partition));
    ErrorHeader.OFFSET.put(letter.headers(), Long.toString(first));
    ErrorHeader.LAST_OFFSET.put(letter.headers(), Long.toString(last));
    ErrorHeader.REASON.put(letter.headers(), "it is gone");
    var unused = producer.send(letter);
    producer.flush();
  }

  private void deadLetter(CloudEvent event, byte[] value, Refusal refusal, String reason) {
    ProducerRecord<byte[], byte[]> letter =
        EventRecords.of(kafka.topics().deadLetters(), null, event, value, null);
    ErrorHeader.CLASS.put(letter.headers(), refusal.label());
    ErrorHeader.REASON.put(letter.headers(), reason);
    var unused = producer.send(letter);
    producer.flush();
  }

  /** Whether nobody had settled it before. */
  private boolean settle(
      CloudEvent event, Claim claim, OutcomeCounts counts, Reclaimed reclaimed, List<Event> named) {
    EventIdentity identity = event.identity();
    CleanupOutcome outcome =
        new CleanupOutcome(
            identity,
            claim.policy(),
            claim.run(),
            claim.kind(),
            counts,
            reclaimed,
            Reclaimed.NOTHING,
            List.of("as the worker says"),
            Duration.ZERO,
            1,
            "stand-in",
            Instant.now());
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                        .createUpdate(INSERT)
                        .bind("plannedOn", identity.plannedOn())
                        .bind("source", identity.source())
                        .bind("id", identity.id())
                        .bind("policy", claim.policy())
                        .bind("run", claim.run())
                        .bind(
                            "kind",
                            claim.kind() == ClaimKind.EXPIRED_RECORDS
                                ? "expired-records"
                                : "orphaned-files")
                        .bind("outcome", json(outcome))
                        .bind("followUps", named.isEmpty() ? null : json(named))
                        .bind("rows", reclaimed.rows())
                        .bind("files", reclaimed.files())
                        .bind("bytes", reclaimed.bytes())
                        .execute()
                    == 1);
  }

  private static String json(Object value) {
    return new String(EventCodec.encode(value), UTF_8);
  }

  @Override
  public void close() {
    stopping = true;
    await().until(() -> !thread.isAlive());
    producer.close();
  }
}
