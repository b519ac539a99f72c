package dev.reclaim.worker;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.Envelope;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.DeferralHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.worker.claims.ClaimReader;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at one record: it is settled, laid aside, or waits for its next attempt without a
 * thread. It gives up only when the worker stops or the partition is lost, and then settles
 * nothing.
 */
final class ClaimTask implements Handling {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimTask.class);

  private final Topics topics;
  private final ClaimProcessor processor;
  private final OutcomePublisher outcomes;
  private final DeadLetters deadLetters;
  private final Deferrals deferrals;
  private final PolicyStops stops;
  private final EmittedNotes emitted;

  ClaimTask(
      Topics topics,
      ClaimProcessor processor,
      OutcomePublisher outcomes,
      DeadLetters deadLetters,
      Deferrals deferrals,
      PolicyStops stops,
      EmittedNotes emitted) {
    this.topics = topics;
    this.processor = processor;
    this.outcomes = outcomes;
    this.deadLetters = deadLetters;
    this.deferrals = deferrals;
    this.stops = stops;
    this.emitted = emitted;
  }

  @Override
  public ReceivedClaim read(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.deferred())) {
      throw new InvalidEventException(
          Refusal.INVALID_HEADER,
          "its headers " + DeferralHeader.PREFIX + "* do not say where it came from");
    }
    return ClaimReader.read(
        ClaimProcessor.kind(topics, record.topic()),
        EventRecords.texts(record.headers()),
        record.value());
  }

  @Override
  public void carryOut(Taken taken) throws InterruptedException {
    Delivery delivery = taken.delivery();
    int attempt = delivery.tries().next();
    try {
      attempt(delivery, taken.claim(), attempt);
    } catch (ClaimProcessor.GivenUpException over) {
      LOG.debug("{} is left to others", taken.claim().identity());
    } catch (AwayException away) {
      deferrals.await(delivery, away);
    } catch (RuntimeException failure) {
      retry(delivery, failure);
    }
  }

  @Override
  public void layAside(Delivery delivery) throws InterruptedException {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    int attempt = delivery.tries().next();
    try {
      ReceivedClaim unused = read(record);
      delivery.again();
    } catch (InvalidEventException failure) {
      layAside(delivery, new LaidAside(identity(record), failure, attempt));
    }
  }

  private void layAside(Delivery delivery, LaidAside why) throws InterruptedException {
    try {
      deadLetters.add(delivery.record(), why);
      delivery.settled();
    } catch (RuntimeException failure) {
      retry(delivery, failure);
    }
  }

  @Override
  public void await(Delivery delivery, AwayException away) {
    deferrals.await(delivery, away);
  }

  @Override
  public void retry(Delivery delivery, RuntimeException failure) {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    LOG.warn(
        "{}-{}@{} waits, attempt {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        delivery.tries().attempts(),
        failure.toString());
    LOG.debug("the failure whole", failure);
    deferrals.retry(delivery);
  }

  @Override
  public void publish(Delivery delivery, Settled settled) throws InterruptedException {
    stops.over(settled.outcome().policy());
    if (settled.saidLongAgo()) {
      delivery.settled();
      return;
    }
    outcomes.publish(
        settled,
        new OutcomePublisher.End() {
          @Override
          public void published() {
            CrashPoint.AFTER_EMIT.pass();
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

  private void attempt(Delivery delivery, ReceivedClaim claim, int attempt)
      throws InterruptedException {
    Settled settled;
    try {
      settled = processor.process(claim, attempt, delivery::waitFor);
    } catch (RuntimeException failure) {
      if (Backends.misfit(failure)) {
        throw stopped(claim, failure);
      }
      if (!Backends.hopeless(failure)) {
        throw failure;
      }
      abandon(claim);
      layAside(delivery, new LaidAside(Optional.of(claim.identity()), failure, attempt));
      return;
    }
    publish(delivery, settled);
  }

  /** The policy stops: its claims wait until it fits its table again. */
  private AwayException stopped(ReceivedClaim claim, RuntimeException failure) {
    LaidAside why = new LaidAside(Optional.of(claim.identity()), failure, 1);
    String policy = claim.claim().policy();
    stops.stop(policy, why.reason());
    return AwayException.untilMended(Backends.policy(policy), why.reason(), failure);
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
}
