package dev.reclaim.deadletters;

import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.KafkaSettings;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends letters' records to the topics they came from: key, value and headers as they are, the
 * number of their replays one higher.
 */
public final class Replay implements AutoCloseable {
  private final Producer<byte[], byte @Nullable []> producer;
  private final Topics topics;
  private final int replaysMax;

  /**
   * A replay of letters.
   *
   * @param replaysMax a letter that came back so often is not sent again
   */
  public Replay(KafkaSettings kafka, int replaysMax) {
    this.topics = kafka.topics();
    this.replaysMax = replaysMax;
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Why a letter cannot or should not be sent again; empty where it can. */
  public Optional<String> obstacle(Letter letter) {
    if (letter.label().equals(Refusal.EXPIRED_UNREAD.label())) {
      return Optional.of("it stands for records that are gone: plan again what they claimed");
    }
    if (letter.isWithoutValue()) {
      return Optional.of("its value was too large to be kept and lies only at " + letter.origin());
    }
    Optional<String> origin = letter.originTopic();
    if (origin.isEmpty()) {
      return Optional.of("it does not say on which topic it came");
    }
    if (!accepted().contains(origin.get())) {
      return Optional.of("%s is no topic that events come on".formatted(origin.get()));
    }
    if (letter.replays() >= replaysMax) {
      return Optional.of(
          "it came back after %d replays; --max-replays %d sends it once more"
              .formatted(letter.replays(), letter.replays() + 1));
    }
    return Optional.empty();
  }

  /** Sends a letter that nothing stands in the way of; returns when the brokers have it. */
  public void send(Letter letter) throws InterruptedException {
    String topic = letter.originTopic().orElseThrow();
    ProducerRecord<byte[], byte @Nullable []> record =
        new ProducerRecord<>(
            topic,
            null,
            timestampMs(letter, topic),
            letter.record().key(),
            letter.record().value(),
            letter.record().headers());
    ErrorHeader.REPLAYS.put(record.headers(), Integer.toString(letter.replays() + 1));
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new KafkaException("%s could not be sent again".formatted(letter.id()), e.getCause());
    }
  }

  private List<String> accepted() {
    return List.of(topics.expiredRecords(), topics.orphanedFiles(), topics.outcomes());
  }

  /**
   * An event is as old as it says itself, and its record starts anew, or its topic would drop it at
   * once. An outcome counts for the time of its record.
   */
  private @Nullable Long timestampMs(Letter letter, String topic) {
    if (!topic.equals(topics.outcomes())) {
      return null;
    }
    try {
      return ErrorHeader.TIMESTAMP
          .in(letter.headers())
          .map(text -> Instant.parse(text).toEpochMilli())
          .orElse(letter.record().timestamp());
    } catch (DateTimeException | ArithmeticException e) {
      return letter.record().timestamp();
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
