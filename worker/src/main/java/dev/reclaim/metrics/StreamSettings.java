package dev.reclaim.metrics;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How Streams is set: exactly once, quick to show what came in, quick to take over from an instance
 * that was killed.
 *
 * <p>A killed instance is missed after the session timeout, for which 6 s is the least that brokers
 * allow by default. A transaction that it left open holds back readers of committed records until
 * it times out, or until an instance with the same state directory starts, which aborts it.
 */
final class StreamSettings {
  private static final int COMMIT_INTERVAL_MS = 100;
  private static final int SESSION_TIMEOUT_MS = 6_000;
  private static final int HEARTBEAT_INTERVAL_MS = 1_500;
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  /**
   * What was seen is remembered by Kafka as long as an outcome can lie on its topic, by default: an
   * installation that stood still for weeks and has lost its state directory counts nothing twice.
   */
  static final Duration SEEN_BEYOND_RETENTION = Duration.ofDays(30);

  private static final int REQUEST_BYTES_MAX = 2 << 20;

  private StreamSettings() {}

  static Map<String, Object> of(MetricsSettings settings) {
    Map<String, Object> all = settings.kafka().client();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.kafka().replicationFactor());
    all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallStores.class);
    all.put(
        StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG,
        SEEN_BEYOND_RETENTION.toMillis());
    all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    consumer(all);
    producer(all);
    return all;
  }

  private static void consumer(Map<String, Object> all) {
    all.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
    all.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_INTERVAL_MS);
  }

  private static void producer(Map<String, Object> all) {
    all.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), REQUEST_BYTES_MAX);
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_TIMEOUT_MS);
  }
}
