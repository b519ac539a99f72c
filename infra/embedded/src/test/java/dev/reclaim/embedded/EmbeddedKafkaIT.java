package dev.reclaim.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  @TempDir Path directory;

  @Test
  void keepsTopicsRecordsAndOffsetsOverARestart() throws Exception {
    // Given
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      createTopic(kafka.bootstrapServers(), "kept");
      send(kafka.bootstrapServers(), "kept", "first");
      assertThat(read(kafka.bootstrapServers(), "kept")).containsExactly("first");
      send(kafka.bootstrapServers(), "kept", "second");
    }

    // When
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {

      // Then
      assertThat(read(kafka.bootstrapServers(), "kept")).containsExactly("second");
    }
  }

  @Test
  void startsAgainAfterAKilledRun() throws Exception {
    // Given
    try (OtherProcess other = OtherProcess.running(EmbeddedKafka.class, directory)) {
      createTopic(other.said(), "survivor");
      send(other.said(), "survivor", "written before the kill");

      // When
      other.kill();
    }

    // Then
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      assertThat(read(kafka.bootstrapServers(), "survivor"))
          .containsExactly("written before the kill");
    }
  }

  @Test
  void runsTransactions() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      createTopic(kafka.bootstrapServers(), "exact");
      try (KafkaProducer<String, String> producer =
          producer(kafka.bootstrapServers(), Map.of("transactional.id", "once"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("exact", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("exact", "committed")).get();
        producer.commitTransaction();
      }
      assertThat(read(kafka.bootstrapServers(), "exact")).containsExactly("committed");
    }
  }

  @Test
  void makesNoTopicUnasked() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory);
        KafkaProducer<String, String> producer =
            producer(kafka.bootstrapServers(), Map.of("max.block.ms", "500"))) {
      assertThat(producer.send(new ProducerRecord<>("misspelt", "lost")))
          .failsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void tellsWhoHoldsTheDirectory() throws Exception {
    try (OtherProcess other = OtherProcess.running(EmbeddedKafka.class, directory)) {
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(() -> EmbeddedKafka.start(directory))
          .withMessageContaining(directory.toString())
          .withMessageContaining("process " + other.pid());
    }
  }

  @Test
  void saysSoWhenItsDataIsNoKafkaData() throws Exception {
    // Given
    Files.createDirectories(directory.resolve("log"));
    Files.writeString(directory.resolve("log/meta.properties"), "version=77\n");

    // When, Then
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> EmbeddedKafka.start(directory))
        .withMessageContaining(directory.toString());
    Files.delete(directory.resolve("log/meta.properties"));
    EmbeddedKafka.start(directory).close();
  }

  @Test
  void outlivesABrokerWhosePortsAreTaken() throws Exception {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    EmbeddedKafka.neverEndThisProcess();
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      Map<String, String> brokerPortTaken =
          EmbeddedKafka.settings(directory, taken.getLocalPort(), FreePort.find());
      Map<String, String> controllerPortTaken =
          EmbeddedKafka.settings(directory, FreePort.find(), taken.getLocalPort());
      EmbeddedKafka.formatWhereNew(directory, brokerPortTaken);
      for (Map<String, String> settings : List.of(brokerPortTaken, controllerPortTaken)) {
        assertThatException()
            .isThrownBy(() -> EmbeddedKafka.run(settings))
            .matches(EmbeddedKafka::mayComeFromATakenPort, "says that a port is taken");
      }
    }
    EmbeddedKafka.start(directory).close();
  }

  private static void createTopic(String servers, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static void send(String servers, String topic, String value) throws Exception {
    try (KafkaProducer<String, String> producer = producer(servers, Map.of())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static KafkaProducer<String, String> producer(
      String servers, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", servers);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  /** The first records a group finds after its committed offset; commits past them. */
  private static List<String> read(String servers, String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", servers,
            "group.id", "readers",
            "group.protocol", "consumer",
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      for (int poll = 0; poll < 30; poll++) {
        List<String> values = new ArrayList<>();
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
        if (!values.isEmpty()) {
          consumer.commitSync();
          return values;
        }
      }
      return List.of();
    }
  }
}
