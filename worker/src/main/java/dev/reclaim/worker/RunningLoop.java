package dev.reclaim.worker;

import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own, with the consumer that it closes at its end. */
final class RunningLoop {
  private static final Logger LOG = LoggerFactory.getLogger(RunningLoop.class);

  private final WorkerLoop loop;
  private final Consumer<?, ?> consumer;
  private final Thread thread;
  private volatile boolean failed;

  RunningLoop(String name, WorkerLoop loop, Consumer<?, ?> consumer) {
    this.loop = loop;
    this.consumer = consumer;
    this.thread = new Thread(this::run, name);
  }

  void start() {
    thread.start();
  }

  boolean healthy() {
    return !failed && thread.isAlive();
  }

  private void run() {
    try {
      loop.run();
    } catch (RuntimeException e) {
      failed = true;
      LOG.error("{} stops: {}", thread.getName(), e.toString());
      LOG.debug("the failure whole", e);
    } finally {
      consumer.close();
    }
  }

  /** Asks it to end; returns at once. */
  void stop() {
    loop.stop();
  }

  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
