package dev.reclaim.worker;

import dev.reclaim.events.Envelope;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.worker.claims.ClaimReader;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One record from poll to settled: carried out and said so, or laid aside. As long as a backend is
 * away it waits and tries again, without end; it gives up only when the worker stops or the
 * partition is lost, and then settles nothing.
 */
final class ClaimTask {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimTask.class);
  private static final long BACKOFF_FIRST_MS = 200;
  private static final long BACKOFF_MAX_MS = 10_000;

  private final Topics topics;
  private final ClaimProcessor processor;
  private final OutcomePublisher outcomes;
  private final DeadLetters deadLetters;
  private final EmittedNotes emitted;

  ClaimTask(
      Topics topics,
      ClaimProcessor processor,
      OutcomePublisher outcomes,
      DeadLetters deadLetters,
      EmittedNotes emitted) {
    this.topics = topics;
    this.processor = processor;
    this.outcomes = outcomes;
    this.deadLetters = deadLetters;
    this.emitted = emitted;
  }

  /** Carries one record out, until it is settled or given up. */
  void carryOut(Delivery delivery) throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(delivery, attempt);
        return;
      } catch (ClaimProcessor.GivenUpException over) {
        return;
      } catch (RuntimeException failure) {
        LOG.warn(
            "{}-{}@{} waits, attempt {}: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            attempt,
            failure.toString());
        LOG.debug("the failure whole", failure);
        if (!delivery.waitFor(backoffMs(attempt))) {
          return;
        }
      }
    }
  }

  /** Whether the record may be about rows; files never share a transaction. */
  boolean mayShare(ConsumerRecord<byte[], byte[]> record) {
    return !record.topic().equals(topics.orphanedFiles());
  }

  /**
   * Understands a record.
   *
   * @throws InvalidEventException when it is no claim
   */
  ReceivedClaim read(ConsumerRecord<byte[], byte[]> record) {
    return ClaimReader.read(
        ClaimProcessor.kind(topics, record.topic()),
        EventRecords.texts(record.headers()),
        record.value());
  }

  /** Says what was committed; the delivery is settled when the brokers have it. */
  void publish(Delivery delivery, Settled settled) throws InterruptedException {
    outcomes.publish(
        settled,
        new OutcomePublisher.End() {
          @Override
          public void published() {
            emitted.add(settled);
            delivery.settled();
          }

          @Override
          public void failed(Exception why) {
            LOG.warn("{} will be said again: {}", settled.outcome().event(), why.toString());
            delivery.again();
          }
        });
  }

  private void attempt(Delivery delivery, int attempt) throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    ReceivedClaim claim;
    try {
      claim = read(record);
    } catch (InvalidEventException failure) {
      deadLetters.add(record, new LaidAside(identity(record), failure, attempt));
      delivery.settled();
      return;
    }
    Settled settled;
    try {
      settled = processor.process(claim, attempt, delivery::waitFor);
    } catch (RuntimeException failure) {
      if (!Backends.hopeless(failure)) {
        throw failure;
      }
      layAside(record, claim, failure, attempt);
      delivery.settled();
      return;
    }
    publish(delivery, settled);
  }

  private void layAside(
      ConsumerRecord<byte[], byte[]> record,
      ReceivedClaim claim,
      RuntimeException failure,
      int attempt)
      throws InterruptedException {
    if (!(failure instanceof InvalidEventException)) {
      LOG.error("a policy does not fit its table any more: {}", failure.getMessage());
    }
    abandon(claim);
    deadLetters.add(record, new LaidAside(Optional.of(claim.identity()), failure, attempt));
  }

  /** What can never be given back must not keep its event from being laid aside. */
  private void abandon(ReceivedClaim claim) {
    try {
      processor.abandon(claim);
    } catch (RuntimeException failure) {
      if (!Backends.hopeless(failure)) {
        throw failure;
      }
      LOG.warn(
          "the intents of {} could not be given back: {}", claim.identity(), failure.toString());
    }
  }

  /** Who the event says it is, as far as it can be read. */
  private static Optional<EventIdentity> identity(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.ofNullable(record.value())
          .map(value -> Envelope.open(EventRecords.texts(record.headers()), value))
          .map(envelope -> envelope.event().identity());
    } catch (InvalidEventException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long backoffMs(int attempt) {
    long longest = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << Math.min(attempt - 1, 10));
    return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
  }
}
