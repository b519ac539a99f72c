package dev.reclaim.worker;

import dev.reclaim.events.InvalidEventException;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What can be done with a delivery. Thread-safe. */
interface Handling {
  /**
   * Understands a record.
   *
   * @throws InvalidEventException when it is no claim
   */
  ReceivedClaim read(ConsumerRecord<byte[], byte[]> record);

  /** Tries to carry a claim out, once: it is settled, laid aside, or waits for another attempt. */
  void carryOut(Taken taken) throws InterruptedException;

  /** Says what was committed; the delivery is settled when the brokers have it. */
  void publish(Delivery delivery, Settled settled) throws InterruptedException;

  /** Lays aside what {@link #read} does not understand. */
  void layAside(Delivery delivery) throws InterruptedException;

  /** Has a claim wait for what is away. */
  void await(Delivery delivery, AwayException away);

  /** Has a record tried again. */
  void retry(Delivery delivery, RuntimeException failure);
}
