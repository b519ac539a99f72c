package dev.reclaim.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.Topics;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestServers;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

@RequiresServers
class TopicSetupIT {
  @Test
  void everyPartitionTakesItsFirstRecordAtOnce(TestServers servers) throws Exception {
    // Given a producer that is turned away for good by a partition that is not ready
    KafkaSettings kafka =
        new KafkaSettings(
            servers.kafkaBootstrap(),
            new Topics("ready."),
            KafkaSettings.WORK_PARTITIONS,
            (short) 1);
    Map<String, Object> impatient = kafka.producer();
    impatient.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    impatient.put(ProducerConfig.RETRIES_CONFIG, 0);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(impatient, new ByteArraySerializer(), new ByteArraySerializer())) {
      // When
      TopicSetup.ensure(kafka);
      // Then
      for (int partition = 0; partition < KafkaSettings.WORK_PARTITIONS; partition++) {
        var sent =
            producer.send(
                new ProducerRecord<>(
                    kafka.topics().expiredRecords(), partition, null, new byte[] {1}));
        assertThat(sent.get().offset()).isZero();
      }
    }
  }

  @Test
  void leavesTopicsThatAreThereAlone(TestServers servers) {
    KafkaSettings kafka =
        new KafkaSettings(servers.kafkaBootstrap(), new Topics("twice."), 2, (short) 1);
    TopicSetup.ensure(kafka);

    TopicSetup.ensure(kafka);
  }
}
