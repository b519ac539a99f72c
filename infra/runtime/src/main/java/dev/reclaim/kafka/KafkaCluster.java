package dev.reclaim.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Tells one Kafka cluster from another. */
public final class KafkaCluster {
  private KafkaCluster() {}

  /**
   * The id that the cluster was formatted with; the same whatever its address.
   *
   * @throws KafkaException when it does not answer
   */
  public static String id(KafkaSettings kafka) {
    try (Admin admin = Admin.create(kafka.client())) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaException("the cluster does not say who it is", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while the cluster was asked who it is", e);
    }
  }
}
