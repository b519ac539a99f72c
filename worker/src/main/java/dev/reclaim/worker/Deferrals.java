package dev.reclaim.worker;

import dev.reclaim.events.Topics;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of claims that cannot be carried out at present: they are tried again in a while,
 * and when that has lasted too long they are put on a topic of their own, so that their partition
 * moves on. Thread-safe.
 *
 * <p>Where it is known that a backend has been away for long, its claims are deferred at their
 * first failure. A crash between the record on that topic and the offset makes it come twice, which
 * the ledger sorts out.
 */
final class Deferrals {
  private static final Logger LOG = LoggerFactory.getLogger(Deferrals.class);

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final Absences absences;
  private final Waits waits;

  Deferrals(Producer<byte[], byte[]> producer, Topics topics, Absences absences, Waits waits) {
    this.producer = producer;
    this.topics = topics;
    this.absences = absences;
    this.waits = waits;
  }

  /** Tries it again soon, without end: nothing is away. */
  void retry(Delivery delivery) {
    delivery.later(waits.betweenAttempts(Math.max(1, delivery.tries().attempts())), "");
  }

  /** Has it wait for what is away, here or among the deferred. */
  void await(Delivery delivery, AwayException why) {
    Tries tries = delivery.tries();
    if (tries.deferrals() > 0) {
      awaitOnceMore(delivery, why);
    } else if (!why.soon() || isOver(tries.length()) || isOver(absences.length(why.what()))) {
      defer(delivery, why);
    } else {
      delivery.later(waits.betweenAttempts(Math.max(1, tries.attempts())), why.what());
    }
  }

  private boolean isOver(Duration tried) {
    return tried.compareTo(waits.tryFor()) >= 0;
  }

  /** It waits in memory while there is room, and lets others in where there is not. */
  private void awaitOnceMore(Delivery delivery, AwayException why) {
    if (delivery.crowded()) {
      defer(delivery, why);
    } else {
      Duration delay = waits.deferral(delivery.tries().deferrals());
      delivery.tries().deferredAgain();
      delivery.later(delay, why.what());
    }
  }

  private void defer(Delivery delivery, AwayException why) {
    try {
      send(delivery, why);
    } catch (KafkaException e) {
      LOG.warn("a claim could not be deferred: {}", e.toString());
      retry(delivery);
    }
  }

  private void send(Delivery delivery, AwayException why) {
    Duration delay = waits.deferral(delivery.tries().deferrals());
    var unused =
        producer.send(
            DeferredClaim.record(topics.deferred(), delivery, why.what(), Instant.now(), delay),
            (metadata, failure) -> {
              if (failure == null) {
                delivery.settled();
              } else {
                LOG.warn("a claim could not be deferred: {}", failure.toString());
                retry(delivery);
              }
            });
    LOG.debug("{} is deferred by {}: {}", delivery.record(), delay, why.getMessage());
  }
}
