package dev.reclaim.kafka;

import dev.reclaim.events.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Where Kafka is and how it is spoken to.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param topics the names of the topics
 * @param workPartitions partitions of a work topic that has to be created
 * @param replicationFactor of topics that have to be created; -1 leaves it to the brokers
 */
public record KafkaSettings(
    String bootstrapServers, Topics topics, int workPartitions, short replicationFactor) {
  /**
   * Largest record that is sent, unpacked; what a topic takes is measured packed. Half of what a
   * producer may hold in memory.
   */
  private static final int RECORD_BYTES_MAX = 16 << 20;

  /** Enough that adding workers helps for long. */
  public static final int WORK_PARTITIONS = 48;

  public static KafkaSettings at(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, Topics.DEFAULT, WORK_PARTITIONS, (short) -1);
  }

  /** Settings of every client. */
  public Map<String, Object> client() {
    return new HashMap<>(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** A producer that loses nothing and repeats nothing within its session. */
  public Map<String, Object> producer() {
    Map<String, Object> settings = client();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
    return settings;
  }

  /** A consumer that never skips: no automatic commit, earliest where nothing is committed. */
  public Map<String, Object> consumer() {
    Map<String, Object> settings = client();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return settings;
  }
}
