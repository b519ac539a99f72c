package dev.reclaim.metrics;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/** How far the metrics job has read, wherever it runs. */
final class JobProgress implements AutoCloseable {
  /** A job that shares out its partitions or restores its state stands still for so long. */
  private static final Duration STALLED = Duration.ofMinutes(2);

  private static final long POLL_MS = 100;

  private final Admin admin;
  private final String group;
  private final KafkaSettings kafka;

  JobProgress(KafkaSettings kafka) {
    this.kafka = kafka;
    this.group = MetricsSettings.group(kafka.topics());
    this.admin = Admin.create(kafka.client());
  }

  /**
   * Makes sure that somebody will take up what is sent.
   *
   * @throws UserException when no job runs, or it could not find what belongs to a policy
   */
  void requireRunning() throws InterruptedException {
    GroupState state = state();
    if (state == GroupState.DEAD || state == GroupState.EMPTY) {
      throw new UserException(
          Kind.FAILED,
          "No metrics job runs, and only it can make its accounts anew: start reclaim metrics or reclaim up at %s first."
              .formatted(kafka.bootstrapServers()));
    }
    int outcomes = partitions(kafka.topics().outcomes()).size();
    int rebuild = partitions(kafka.topics().metricsRebuild()).size();
    if (outcomes != rebuild) {
      throw new UserException(
          Kind.FAILED,
          "Topic %s has %d partitions and %s has %d; give the second as many as the first has."
              .formatted(
                  kafka.topics().outcomes(), outcomes, kafka.topics().metricsRebuild(), rebuild));
    }
  }

  private GroupState state() throws InterruptedException {
    try {
      return ask(() -> admin.describeConsumerGroups(List.of(group)).all().get().get(group))
          .groupState();
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return GroupState.DEAD;
      }
      throw e;
    }
  }

  /**
   * Waits until the job has read everything that is on a topic now.
   *
   * @throws UserException when it does not move for 2 minutes
   */
  void awaitRead(String topic) throws InterruptedException {
    Map<TopicPartition, Long> ends = ends(topic);
    long left = Long.MAX_VALUE;
    long moved = System.nanoTime();
    while (left > 0) {
      long now = left(ends);
      if (now < left) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALLED.toNanos()) {
        throw new UserException(
            Kind.FAILED,
            "The metrics job has not read on for %d minutes, with %d records of %s left: see what it says, and do this again."
                .formatted(STALLED.toMinutes(), now, topic));
      }
      left = now;
      TimeUnit.MILLISECONDS.sleep(left == 0 ? 0 : POLL_MS);
    }
  }

  private long left(Map<TopicPartition, Long> ends) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> read =
        ask(() -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get());
    long left = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      @Nullable OffsetAndMetadata at = read.get(end.getKey());
      left += Math.max(0, end.getValue() - (at == null ? 0 : at.offset()));
    }
    return left;
  }

  private Map<TopicPartition, Long> ends(String topic) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartitionInfo partition : partitions(topic)) {
      latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    ask(() -> admin.listOffsets(latest).all().get())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private List<TopicPartitionInfo> partitions(String topic) throws InterruptedException {
    TopicDescription found =
        ask(() -> admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
    return found.partitions();
  }

  /** A question to the brokers. */
  private interface Question<T> {
    @Nullable T ask() throws InterruptedException, ExecutionException;
  }

  private static <T> T ask(Question<T> question) throws InterruptedException {
    try {
      return Objects.requireNonNull(question.ask());
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka does not say how far the metrics job is", e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
