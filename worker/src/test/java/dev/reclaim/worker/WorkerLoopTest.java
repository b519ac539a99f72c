package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The loop over a consumer that has one partition and fails on demand. */
class WorkerLoopTest {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final TopicPartition PARTITION = new TopicPartition(TOPICS.expiredRecords(), 0);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CommitsFail consumer = new CommitsFail();

  @Test
  void commitsAgainWhatABrokerDidNotTakeThoughNothingMoreIsSettled() throws InterruptedException {
    // Given
    WorkerLoop loop =
        loop("commits", (queue, share, others) -> queue.get().ifPresent(Delivery::settled));
    consumer.failures = 2;
    consumer.schedulePollTask(
        () -> {
          assign();
          consumer.addRecord(record(0));
        });

    // When
    Thread running = new Thread(loop::run);
    running.start();

    // Then
    await().atMost(PATIENCE).until(() -> consumer.committed.contains(1L));
    assertThat(consumer.failures).isZero();
    loop.stop();
    running.join();
    assertThat(consumer.committed).containsExactly(1L);
  }

  @Test
  void leavesNoThreadBehindWhenItCannotGoOn() throws InterruptedException {
    // Given a claim that waits for its backend while the consumer breaks
    CountDownLatch waiting = new CountDownLatch(1);
    WorkerLoop loop =
        loop(
            "breaks",
            (queue, share, others) -> {
              Delivery delivery = queue.get().orElseThrow();
              waiting.countDown();
              delivery.waitFor(Long.MAX_VALUE);
            });
    consumer.schedulePollTask(
        () -> {
          assign();
          consumer.addRecord(record(0));
        });
    consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("broken")));

    // When
    assertThatExceptionOfType(KafkaException.class).isThrownBy(loop::run);

    // Then
    waiting.await();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("breaks-claims")));
  }

  private WorkerLoop loop(String name, Crew.Work work) {
    return new WorkerLoop(
        WorkerSettings.named(name),
        consumer,
        WorkerLoop.Source.ofWork(TOPICS),
        new Crew(name, 4, 4, work),
        new Silent(),
        new OffsetGaps((first, why) -> {}));
  }

  private void assign() {
    consumer.rebalance(Set.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>(
        PARTITION.topic(), PARTITION.partition(), offset, new byte[0], new byte[0]);
  }

  /** Has nothing on its way. */
  private static final class Silent implements WorkerLoop.Outbox {
    @Override
    public void awaitArrival() {}

    @Override
    public void note() {}
  }

  /** Kafka's own stand-in, whose first commits fail. */
  private static final class CommitsFail extends MockConsumer<byte[], byte[]> {
    private final List<Long> committed = new ArrayList<>();
    private volatile int failures;

    CommitsFail() {
      super("earliest");
    }

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (failures > 0) {
        failures--;
        throw new TimeoutException("no answer");
      }
      super.commitSync(offsets);
      offsets.values().forEach(next -> committed.add(next.offset()));
    }
  }
}
