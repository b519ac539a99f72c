package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoredObject;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run about files that another process goes on with. */
@RequiresServers
@Timeout(60)
class FileRunIT {
  private static final int FILES = 25_000;

  private final KafkaSettings kafka;
  private final TestPolicies policies;

  FileRunIT(TestServers servers, TestDatabase database) {
    this.kafka =
        new KafkaSettings(servers.kafkaBootstrap(), new Topics("file-run."), 4, (short) -1);
    this.policies =
        TestPolicies.of(
            database,
            "CREATE TABLE media (id int PRIMARY KEY, url text); INSERT INTO media VALUES (1, 'f7')",
            "files: { directory: /tmp/files, state: main }\n",
            """
            - name: orphans
              store: files
              older-than: P1D
              referenced-by: [ { table: main.public.media, column: url } ]
            """);
    TopicSetup.ensure(kafka);
  }

  @AfterEach
  void close() {
    policies.close();
  }

  @Test
  void claimsEachFileOnceThoughTheSecondProcessListsInAnotherOrder() {
    // Given
    planUntil("first", Order.FORWARD, 0);
    assertThat(policies.texts("SELECT claimed FROM reclaim.run")).containsExactly("10000");
    policies.execute("UPDATE reclaim.run SET lease_until = now() - interval '1 second'");

    // When
    planUntil("second", Order.BACKWARD, 1);

    // Then
    assertThat(policies.texts("SELECT owner || ' ' || claimed || ' ' || guarded FROM reclaim.run"))
        .containsExactly("second " + (FILES - 1) + " 1");
    assertThat(published())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, FILES).filter(i -> i != 7).mapToObj(i -> "f" + i).toList());
  }

  /** Plans until so much is done, and is killed. */
  private void planUntil(String owner, Order order, double share) {
    try (Planner planner = planner(owner, order)) {
      assertThatThrownBy(
              () ->
                  planner.run(
                      policies.policy("orphans"),
                      RunRequest.NOW,
                      (policy, phase, claimed, done, left) -> {
                        if (done >= share) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
    }
  }

  private List<String> published() {
    String topic = kafka.topics().orphanedFiles();
    List<String> paths = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                event ->
                    EventCodec.decode(event.value(), OrphanedFiles.class)
                        .files()
                        .forEach(file -> paths.add(file.path())));
      }
    }
    return paths;
  }

  private Planner planner(String owner, Order order) {
    return Planner.start(
        owner,
        kafka,
        policies.file(),
        policies.databases(),
        policies.targets(),
        Map.of("files", new Files(order)));
  }

  private enum Order {
    FORWARD,
    BACKWARD
  }

  private record Files(Order order) implements ObjectListing {
    @Override
    public void list(String prefix, Consumer<StoredObject> visitor) {
      List<Integer> numbers = IntStream.range(0, FILES).boxed().collect(Collectors.toList());
      if (order == Order.BACKWARD) {
        Collections.reverse(numbers);
      }
      Instant old = Instant.now().minus(Duration.ofDays(9));
      numbers.forEach(i -> visitor.accept(new StoredObject("f" + i, 1, "e" + i, old)));
    }

    @Override
    public Map<String, StoredObject> stat(Collection<String> paths) {
      throw new UnsupportedOperationException();
    }
  }
}
