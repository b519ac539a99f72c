package dev.reclaim.cli;

import dev.reclaim.embedded.EmbeddedKafka;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka a command speaks to: one that is named, or one of its own. */
final class KafkaOptions {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "Kafka's bootstrap servers. Without it, a broker inside this process keeps its data under --data.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".reclaim",
      description = "Directory for what this process keeps. Default: ${DEFAULT-VALUE}")
  private Path data = Path.of(".reclaim");

  /** A broker in reach with its topics made. */
  record Broker(KafkaSettings settings, Optional<EmbeddedKafka> embedded) implements AutoCloseable {
    @Override
    public void close() {
      embedded.ifPresent(EmbeddedKafka::close);
    }
  }

  /** Reaches the named broker, or starts one in the data directory. */
  Broker open() {
    if (bootstrapServers != null) {
      KafkaSettings settings = KafkaSettings.at(bootstrapServers);
      TopicSetup.ensure(settings);
      return new Broker(settings, Optional.empty());
    }
    EmbeddedKafka embedded = EmbeddedKafka.start(directory("kafka"));
    KafkaSettings settings = KafkaSettings.at(embedded.bootstrapServers());
    try {
      TopicSetup.ensure(settings);
    } catch (RuntimeException e) {
      embedded.close();
      throw e;
    }
    return new Broker(settings, Optional.of(embedded));
  }

  /** A directory of its own under the data directory. */
  Path directory(String name) {
    Path directory = data.resolve(name).toAbsolutePath().normalize();
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UserException(
          Kind.FAILED,
          "The data directory %s cannot be made: %s. Name another with --data DIR."
              .formatted(directory, OutputFile.reason(e)),
          e);
    }
  }
}
