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

  /** What tells a waiting task to give up. */
  interface Patience {
    /** Waits up to {@code millis}; false when waiting is over for good. */
    boolean waitFor(long millis) throws InterruptedException;
  }

  /** Returns true when the record is settled, false when it was given up. */
  boolean carryOut(ConsumerRecord<byte[], byte[]> record, Patience patience)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(record, attempt, patience);
        return true;
      } catch (ClaimProcessor.GivenUp over) {
        return false;
      } catch (RuntimeException failure) {
        LOG.warn(
            "{}-{}@{} waits, attempt {}: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            attempt,
            failure.toString());
        LOG.debug("the failure whole", failure);
        if (!patience.waitFor(backoffMs(attempt))) {
          return false;
        }
      }
    }
  }

  private void attempt(ConsumerRecord<byte[], byte[]> record, int attempt, Patience patience)
      throws InterruptedException {
    ReceivedClaim claim;
    try {
      claim =
          ClaimReader.read(
              ClaimProcessor.kind(topics, record.topic()),
              EventRecords.texts(record.headers()),
              record.value());
    } catch (InvalidEventException failure) {
      deadLetters.add(record, new LaidAside(identity(record), failure, attempt));
      return;
    }
    Settled settled;
    try {
      settled = processor.process(claim, attempt, patience::waitFor);
    } catch (RuntimeException failure) {
      if (!Backends.hopeless(failure)) {
        throw failure;
      }
      layAside(record, claim, failure, attempt);
      return;
    }
    outcomes.publish(settled);
    emitted.add(settled);
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
