package dev.reclaim.worker;

import dev.reclaim.kafka.KafkaSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of the brokers' active controller, which tells when it was last caught up with itself:
 * now. Nothing is written for it. Empty where the cluster does not say, or not to us.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-836">KIP-836</a>
 */
final class BrokerClock implements Supplier<Optional<Instant>>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerClock.class);
  private static final int TIMEOUT_MS = 5_000;

  private final Admin admin;
  private boolean told;

  BrokerClock(KafkaSettings kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.client());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    this.admin = Admin.create(settings);
  }

  @Override
  public synchronized Optional<Instant> get() {
    try {
      QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
      return quorum.voters().stream()
          .filter(voter -> voter.replicaId() == quorum.leaderId())
          .map(QuorumInfo.ReplicaState::lastCaughtUpTimestamp)
          .filter(OptionalLong::isPresent)
          .map(time -> Instant.ofEpochMilli(time.getAsLong()))
          .findFirst();
    } catch (ExecutionException e) {
      if (!told) {
        told = true;
        LOG.info("the brokers do not tell their time, and are not compared: {}", e.toString());
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
