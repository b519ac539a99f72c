package dev.reclaim.worker;

import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Notes what is asked of it; understands the records that it was told about. */
final class FakeHandling implements Handling {
  final Map<Long, ReceivedClaim> claims = new ConcurrentHashMap<>();
  final List<ReceivedClaim> carriedOut = new ArrayList<>();
  final List<Delivery> published = new ArrayList<>();
  final List<Delivery> retried = new ArrayList<>();
  final List<Delivery> waiting = new ArrayList<>();

  @Override
  public ReceivedClaim read(ConsumerRecord<byte[], byte[]> record) {
    ReceivedClaim claim = claims.get(record.offset());
    if (claim == null) {
      throw new IndexOutOfBoundsException("nobody has thought of this");
    }
    return claim;
  }

  @Override
  public void carryOut(Taken taken) {
    carriedOut.add(taken.claim());
  }

  @Override
  public void publish(Delivery delivery, Settled settled) {
    published.add(delivery);
  }

  @Override
  public void layAside(Delivery delivery) {
    throw new AssertionError("it can be read");
  }

  @Override
  public synchronized void await(Delivery delivery, AwayException away) {
    waiting.add(delivery);
  }

  @Override
  public void retry(Delivery delivery, RuntimeException failure) {
    retried.add(delivery);
  }
}
