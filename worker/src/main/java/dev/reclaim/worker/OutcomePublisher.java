package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.worker.ledger.FollowUp;
import dev.reclaim.worker.ledger.Settled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Says what was committed: follow-ups first, then the outcome, so that an outcome on the topic
 * means that nothing more follows from its event.
 */
final class OutcomePublisher {
  private final Producer<byte[], byte[]> producer;
  private final Topics topics;

  OutcomePublisher(Producer<byte[], byte[]> producer, Topics topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /** Hears how a publication ended, on a thread of the producer: it must not block. */
  interface End {
    /** The brokers have it all. */
    void published();

    /** They have not, or not all of it; to be said again, the reader drops what it knows. */
    void failed(Exception why);
  }

  /**
   * Sends the outcome, and returns before the brokers have it. Follow-ups are awaited first.
   *
   * @throws KafkaException when nothing could be sent; {@code end} hears nothing then
   */
  void publish(Settled settled, End end) throws InterruptedException {
    CrashPoint.BEFORE_EMIT.pass();
    List<Future<?>> followUps = new ArrayList<>();
    for (FollowUp followUp : settled.followUps()) {
      followUps.add(
          producer.send(
              EventRecords.of(
                  topics.orphanedFiles(),
                  null,
                  followUp.event(),
                  EventCodec.encode(followUp.claim()),
                  null)));
    }
    for (Future<?> followUp : followUps) {
      await(followUp);
    }
    Future<?> unused =
        producer.send(
            outcome(settled.outcome()),
            (metadata, failure) -> {
              if (failure == null) {
                end.published();
              } else {
                end.failed(failure);
              }
            });
  }

  private ProducerRecord<byte[], byte[]> outcome(CleanupOutcome outcome) {
    CloudEvent event =
        new CloudEvent(
            outcome.event().id(),
            outcome.event().source(),
            CleanupOutcome.TYPE,
            outcome.completedAt());
    return EventRecords.of(
        topics.outcomes(),
        outcome.policy().getBytes(UTF_8),
        event,
        EventCodec.encode(outcome),
        outcome.completedAt().toEpochMilli());
  }

  private static void await(Future<?> sent) throws InterruptedException {
    try {
      Object unused = sent.get();
    } catch (ExecutionException e) {
      throw new KafkaException("a follow-up could not be sent", e.getCause());
    }
  }
}
