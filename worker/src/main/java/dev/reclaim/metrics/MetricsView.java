package dev.reclaim.metrics;

import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts as they change, followed by a thread of its own. Thread-safe.
 *
 * <p>When Kafka fails it starts over from the beginning of the topic, and shows what it last knew
 * until it has caught up again, so that no sum ever falls.
 */
public final class MetricsView implements AutoCloseable {
  /**
   * Most keys that are kept; the oldest days of labels go first, then the oldest hours, then the
   * oldest days.
   */
  public static final int KEYS_MAX = 50_000;

  private static final Logger LOG = LoggerFactory.getLogger(MetricsView.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration API_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaSettings kafka;
  private final int keysMax;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final LongAdder unreadable = new LongAdder();
  private final Thread thread = new Thread(this::run, "reclaim-metrics-view");
  private volatile MetricsTable shown;
  private volatile boolean current;
  private volatile @Nullable MetricsFeed feed;

  private MetricsView(KafkaSettings kafka, int keysMax) {
    this.kafka = kafka;
    this.keysMax = keysMax;
    this.shown = new MetricsTable(keysMax);
  }

  /** Starts following; returns before anything is read. */
  public static MetricsView start(KafkaSettings kafka) {
    return start(kafka, KEYS_MAX);
  }

  static MetricsView start(KafkaSettings kafka, int keysMax) {
    MetricsView view = new MetricsView(kafka, keysMax);
    view.thread.setDaemon(true);
    view.thread.start();
    return view;
  }

  /**
   * A copy of what is known, the parts by labels beside the whole; empty until the topic was read
   * once.
   */
  public Map<MetricsKey, ReclaimedSpace> snapshot() {
    return shown.snapshot();
  }

  /** Whether the topic was read to its end and is being followed. */
  public boolean current() {
    return current;
  }

  /** Records of the topic that are no metrics records and were left out. */
  public long unreadable() {
    return unreadable.sum();
  }

  private void run() {
    while (!isClosing(Duration.ZERO)) {
      try (MetricsFeed opened = new MetricsFeed(kafka, API_TIMEOUT)) {
        feed = opened;
        follow(opened);
      } catch (WakeupException e) {
        LOG.debug("the metrics view is closing", e);
      } catch (KafkaException e) {
        LOG.warn("the metrics topic cannot be read; trying again", e);
      } finally {
        current = false;
      }
      isClosing(RETRY);
    }
  }

  /** Returns when the topic does not exist or the view is being closed. */
  private void follow(MetricsFeed opened) {
    MetricsTable table = new MetricsTable(keysMax);
    if (!opened.rewind()) {
      return;
    }
    while (!isClosing(Duration.ZERO)) {
      if (!current && opened.caughtUp()) {
        shown = table;
        current = true;
      }
      opened.poll(POLL).forEach(consumed -> apply(table, consumed));
    }
  }

  private void apply(MetricsTable table, ConsumerRecord<byte[], byte[]> consumed) {
    try {
      table.apply(consumed);
    } catch (InvalidEventException e) {
      unreadable.increment();
      LOG.warn("left out of the metrics view", e);
    }
  }

  private boolean isClosing(Duration wait) {
    try {
      return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Stops following; what was known can still be read. */
  @Override
  public void close() {
    closing.countDown();
    MetricsFeed opened = feed;
    if (opened != null) {
      opened.wakeup();
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
