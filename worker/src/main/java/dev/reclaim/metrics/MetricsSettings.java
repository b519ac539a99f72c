package dev.reclaim.metrics;

import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import java.nio.file.Path;

/**
 * Settings of the metrics job.
 *
 * @param stateDirectory of one process alone; created where missing, rebuilt from Kafka when lost
 * @param threads stream threads, each with a consumer and a producer; the partitions of {@code
 *     outcomes} bound how many are of use
 */
public record MetricsSettings(KafkaSettings kafka, Path stateDirectory, int threads) {
  public MetricsSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", but must be 1 at least");
    }
  }

  /** One thread, which is plenty: an outcome stands for up to a thousand keys. */
  public static MetricsSettings of(KafkaSettings kafka, Path stateDirectory) {
    return new MetricsSettings(kafka, stateDirectory, 1);
  }

  /**
   * Consumer group, and prefix of transactional ids and internal topics: {@code reclaim-metrics}.
   */
  String applicationId() {
    return group(kafka.topics());
  }

  /** Consumer group of the job that reads these topics. */
  public static String group(Topics topics) {
    String prefix = topics.prefix();
    return (prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix) + "-metrics";
  }
}
