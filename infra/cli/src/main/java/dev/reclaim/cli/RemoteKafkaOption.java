package dev.reclaim.cli;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import picocli.CommandLine.Option;

/** The Kafka that several processes share. */
final class RemoteKafkaOption {
  @Option(
      names = "--kafka",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers.")
  private String bootstrapServers;

  @SuppressWarnings("NullAway.Init")
  RemoteKafkaOption() {}

  /** The broker, found to answer and to have the topics. */
  KafkaSettings reach() {
    KafkaSettings settings = settings();
    TopicSetup.ensure(settings);
    return settings;
  }

  /** The broker as it is named; nothing is asked of it yet. */
  KafkaSettings settings() {
    return KafkaSettings.at(bootstrapServers);
  }
}
