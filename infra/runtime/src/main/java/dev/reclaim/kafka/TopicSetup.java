package dev.reclaim.kafka;

import dev.reclaim.events.Topics;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are missing and leaves those that are there alone. */
public final class TopicSetup {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int OUTCOME_PARTITIONS = 6;
  private static final int DEFERRED_PARTITIONS_MAX = 6;
  private static final int MESSAGE_BYTES_MAX = 2 << 20;
  private static final long RETRY_MS = 50;

  private TopicSetup() {}

  /**
   * Makes sure that every topic of the flow exists and that each of its partitions takes records.
   *
   * @throws UserException when Kafka does not answer within 15 s or refuses
   */
  public static void ensure(KafkaSettings kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.client());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis() / 3);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    try (Admin admin = Admin.create(settings)) {
      Set<String> existing = admin.listTopics().names().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      List<NewTopic> missing = new ArrayList<>(wanted(kafka));
      missing.removeIf(topic -> existing.contains(topic.name()));
      create(admin, missing);
      awaitLeaders(admin, kafka);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were created", e);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw unreachable(kafka, e);
    }
  }

  private static void create(Admin admin, List<NewTopic> topics)
      throws InterruptedException, ExecutionException {
    for (var created : admin.createTopics(topics).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /**
   * Asks the leader of every partition for its end, which it can tell only once it has taken the
   * partition over.
   *
   * <p>Until then it turns batches away, and an idempotent producer with several in flight may have
   * a later one taken first; the earlier one is then out of order for good.
   */
  private static void awaitLeaders(Admin admin, KafkaSettings kafka)
      throws InterruptedException, ExecutionException {
    List<String> names = wanted(kafka).stream().map(NewTopic::name).toList();
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends(admin, names)).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      }
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(Admin admin, List<String> names)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              partition ->
                  ends.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
    }
    return ends;
  }

  private static UserException unreachable(KafkaSettings kafka, Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return new UserException(
        Kind.FAILED,
        "Kafka at %s cannot be used: %s. Check the address and that the broker runs."
            .formatted(kafka.bootstrapServers(), firstLine(cause)),
        e);
  }

  private static String firstLine(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? "no answer within " + TIMEOUT.toSeconds() + " s" : message;
  }

  private static List<NewTopic> wanted(KafkaSettings kafka) {
    Topics topics = kafka.topics();
    return List.of(
        topic(kafka, topics.expiredRecords(), kafka.workPartitions(), days(14)),
        topic(kafka, topics.orphanedFiles(), kafka.workPartitions(), days(14)),
        topic(
            kafka,
            topics.deferred(),
            Math.min(kafka.workPartitions(), DEFERRED_PARTITIONS_MAX),
            letters(days(14))),
        topic(kafka, topics.outcomes(), OUTCOME_PARTITIONS, days(30)),
        topic(kafka, topics.metricsRebuild(), OUTCOME_PARTITIONS, days(14)),
        topic(kafka, topics.deadLetters(), 1, letters(days(30))),
        topic(kafka, topics.metrics(), 1, Map.of("cleanup.policy", "compact")));
  }

  private static NewTopic topic(
      KafkaSettings kafka, String name, int partitions, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("max.message.bytes", Integer.toString(MESSAGE_BYTES_MAX));
    return new NewTopic(
            name,
            Optional.of(partitions),
            Optional.of(kafka.replicationFactor()).filter(factor -> factor > 0))
        .configs(all);
  }

  /** A letter, or a deferred record, is the record as it came, and more headers beside it. */
  private static Map<String, String> letters(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("max.message.bytes", Integer.toString(2 * MESSAGE_BYTES_MAX));
    return all;
  }

  private static Map<String, String> days(int days) {
    return Map.of(
        "cleanup.policy", "delete", "retention.ms", Long.toString(TimeUnit.DAYS.toMillis(days)));
  }
}
