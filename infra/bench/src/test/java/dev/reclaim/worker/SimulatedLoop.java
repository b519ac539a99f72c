package dev.reclaim.worker;

import dev.reclaim.events.Topics;
import dev.reclaim.simulation.Machine;
import dev.reclaim.simulation.Membership;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** {@link WorkerLoop} and {@link Crew} modelled: the same calls of the same classes, by actors. */
final class SimulatedLoop implements Membership.Listener {
  private static final int POLL_RECORDS_MAX = 5;
  private static final int CREW = 2;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofSeconds(10);

  private final Machine machine;
  private final Membership membership;
  private final Lanes lanes;
  private final Topics topics;
  private final EmittedNotes notes;
  private final Absences absences;
  private boolean settled;
  private final OffsetTracker offsets = new OffsetTracker();
  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private final List<Resting> resting = new ArrayList<>();

  SimulatedLoop(
      Machine machine,
      Membership membership,
      Lanes lanes,
      Topics topics,
      EmittedNotes notes,
      Absences absences) {
    this.machine = machine;
    this.membership = membership;
    this.lanes = lanes;
    this.topics = topics;
    this.notes = notes;
    this.absences = absences;
    machine.spawn("loop", this::run);
    for (int i = 0; i < CREW; i++) {
      machine.spawn("crew", this::carryOut);
    }
  }

  private record Resting(Delivery delivery, String waitsFor, Instant until) {}

  private void run() {
    while (true) {
      boolean unused = machine.await(this::isUp, resting.isEmpty() ? POLL : SOON);
      membership.poll(POLL_RECORDS_MAX, this).forEach(this::handOver);
      lanes.tend();
      tend();
      settled = false;
      commit(membership.assignment());
      notes.flush();
    }
  }

  private boolean isUp() {
    return settled || membership.hasNews();
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record) {
    DeferredClaim claim =
        record.topic().equals(topics.deferred())
            ? DeferredClaim.read(record, topics, Duration.ofMinutes(5), Instant.now())
            : DeferredClaim.fresh(record);
    Polled delivery = new Polled(record, claim);
    offsets.polled(delivery.partition, record.offset(), record.serializedValueSize());
    if (claim.delay().isZero()) {
      waiting.add(delivery);
    } else {
      delivery.later(claim.delay(), claim.waitsFor());
    }
  }

  private void carryOut() {
    while (true) {
      boolean unused = machine.await(() -> !waiting.isEmpty(), Duration.ofDays(1_000));
      try {
        lanes.carryOut(this::next, 1 + waiting.size() / 2, work -> machine.spawn("lane", work));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Optional<Delivery> next() {
    while (!waiting.isEmpty()) {
      Delivery next = waiting.removeFirst();
      if (next.ours()) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private void tend() {
    Instant now = now();
    for (Resting each : List.copyOf(resting)) {
      if (!each.until().isAfter(now) && resting.remove(each) && each.delivery().ours()) {
        waiting.add(each.delivery());
      }
    }
  }

  void wake(String what) {
    for (Resting each : List.copyOf(resting)) {
      if (each.waitsFor().equals(what) && resting.remove(each) && each.delivery().ours()) {
        waiting.add(each.delivery());
      }
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(machine.nanoTime().getAsLong() / 1_000_000);
  }

  private void commit(Collection<TopicPartition> partitions) {
    Map<String, TopicPartition> sorted = new TreeMap<>();
    partitions.forEach(partition -> sorted.put(partition.toString(), partition));
    for (TopicPartition partition : sorted.values()) {
      offsets.committable(partition).ifPresent(next -> commit(partition, next));
    }
  }

  private void commit(TopicPartition partition, long next) {
    try {
      membership.commit(Map.of(partition, next));
      offsets.committed(partition, next);
    } catch (KafkaException e) {
      // They will be tried again.
    }
  }

  @Override
  public void revoked(Collection<TopicPartition> partitions) {
    commit(partitions);
    lost(partitions);
  }

  @Override
  public void lost(Collection<TopicPartition> partitions) {
    partitions.forEach(offsets::forget);
    resting.removeIf(each -> !each.delivery().ours());
  }

  private void reportImpossible(String what) {
    String reason = absences.reasons().getOrDefault(what, "");
    if (reason.contains("IllegalState")) {
      machine.reportImpossible(reason);
    }
  }

  private final class Polled implements Delivery {
    private final TopicPartition partition;
    private final long offset;
    private final ConsumerRecord<byte[], byte[]> record;
    private final Tries tries;

    Polled(ConsumerRecord<byte[], byte[]> polled, DeferredClaim claim) {
      this.partition = new TopicPartition(polled.topic(), polled.partition());
      this.offset = polled.offset();
      this.record = claim.original();
      this.tries = claim.tries();
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
      return record;
    }

    @Override
    public Tries tries() {
      return tries;
    }

    @Override
    public boolean ours() {
      return offsets.tracks(partition, offset);
    }

    @Override
    public boolean waitFor(long millis) {
      machine.pause();
      return ours();
    }

    @Override
    public void settled() {
      offsets.settled(partition, offset);
      settled = true;
    }

    @Override
    public void again() {
      waiting.add(this);
    }

    /** How long is for chance to say: the product's own jitter is not the seed's. */
    @Override
    public void later(Duration delay, String waitsFor) {
      reportImpossible(waitsFor);
      Duration rest = machine.chance().between(Duration.ofMillis(200), Duration.ofSeconds(8));
      resting.add(new Resting(this, waitsFor, now().plus(rest)));
    }

    @Override
    public boolean crowded() {
      return machine.chance().oneIn(3);
    }
  }
}
