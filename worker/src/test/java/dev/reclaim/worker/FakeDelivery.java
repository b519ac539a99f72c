package dev.reclaim.worker;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of a partition that is ours as long as the test says so. */
final class FakeDelivery implements Delivery {
  private final long offset;
  private final Tries tries = Tries.none();
  boolean ours = true;

  FakeDelivery(long offset) {
    this.offset = offset;
  }

  @Override
  public ConsumerRecord<byte[], byte[]> record() {
    return new ConsumerRecord<>("topic", 0, offset, new byte[0], new byte[0]);
  }

  @Override
  public Tries tries() {
    return tries;
  }

  @Override
  public boolean ours() {
    return ours;
  }

  @Override
  public boolean waitFor(long millis) {
    return ours;
  }

  @Override
  public void settled() {}

  @Override
  public void again() {}

  @Override
  public void later(Duration delay, String waitsFor) {}

  @Override
  public boolean crowded() {
    return false;
  }
}
