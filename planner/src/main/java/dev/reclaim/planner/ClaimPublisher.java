package dev.reclaim.planner;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Says claims as events. Claims of the same run that are the same have the same identity.
 * Thread-safe.
 */
final class ClaimPublisher {
  private final Producer<byte[], byte[]> producer;
  private final Topics topics;

  ClaimPublisher(Producer<byte[], byte[]> producer, Topics topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /**
   * Sends all of them side by side and returns when the brokers have them.
   *
   * @throws KafkaException when they do not; some may have arrived
   * @throws InterruptedException likewise
   */
  List<Sent> publish(Run run, List<Claim> claims) throws InterruptedException {
    try {
      return send(run, claims);
    } catch (InterruptException e) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
  }

  private List<Sent> send(Run run, List<Claim> claims) throws InterruptedException {
    List<EventIdentity> identities = new ArrayList<>();
    List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
    for (Claim claim : claims) {
      CloudEvent event =
          new CloudEvent(
              ClaimId.of(run.id(), run.pass(), claim),
              ClaimId.PLANNER,
              claim.kind().type(),
              run.startedAt());
      identities.add(event.identity());
      acknowledged.add(
          producer.send(
              EventRecords.of(
                  topics.of(claim.kind()), null, event, EventCodec.encode(claim), null)));
    }
    producer.flush();
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < identities.size(); i++) {
      try {
        RecordMetadata at = acknowledged.get(i).get();
        sent.add(new Sent(identities.get(i), at.topic(), at.partition(), at.offset()));
      } catch (ExecutionException e) {
        throw new KafkaException("events of " + run.id() + " could not be sent", e.getCause());
      }
    }
    return sent;
  }
}
