package dev.reclaim.worker;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A polled record on its way to being settled. Thread-safe. */
interface Delivery {
  /** The record as it came first, whatever was deferred since. */
  ConsumerRecord<byte[], byte[]> record();

  /** How often, and since when, it has been tried. */
  Tries tries();

  /** Whether the partition it came from is still ours; if not, its new owner takes it up. */
  boolean ours();

  /**
   * Waits up to {@code millis}; false when waiting is over for good, because the worker stops or
   * has lost the partition.
   */
  boolean waitFor(long millis) throws InterruptedException;

  /**
   * It ended in the ledger and was said, or among dead letters or deferred: its offset may move.
   */
  void settled();

  /** What was said has not arrived: it is taken up again, soon and by any thread. */
  void again();

  /**
   * It is taken up again after a while, and holds no thread until then.
   *
   * @param waitsFor what it waits for; when that comes back, the while may end early
   */
  void later(Duration delay, String waitsFor);

  /** Whether so many records wait that others may not get in. */
  boolean crowded();
}
