package dev.reclaim.worker;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A polled record on its way to being settled. Thread-safe. */
interface Delivery {
  ConsumerRecord<byte[], byte[]> record();

  /**
   * Waits up to {@code millis}; false when waiting is over for good, because the worker stops or
   * has lost the partition.
   */
  boolean waitFor(long millis) throws InterruptedException;

  /** It ended in the ledger and was said, or among the dead letters: its offset may move. */
  void settled();

  /** What was said has not arrived: it is taken up again, later and by any thread. */
  void again();
}
