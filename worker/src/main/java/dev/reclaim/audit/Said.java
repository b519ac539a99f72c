package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The part of an outcome that is compared. */
record Said(
    EventIdentity event,
    String policy,
    @Nullable String run,
    OutcomeCounts counts,
    Reclaimed reclaimed,
    Instant completedAt) {

  /** Empty for a record that no stream would count: it is no outcome, or under another's key. */
  static Optional<Said> in(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      Said said = EventCodec.decode(record.value(), Said.class);
      return said.isWhole() && Arrays.equals(said.policy.getBytes(UTF_8), record.key())
          ? Optional.of(said)
          : Optional.empty();
    } catch (InvalidEventException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("ConstantValue")
  private boolean isWhole() {
    return event != null
        && policy != null
        && counts != null
        && reclaimed != null
        && completedAt != null;
  }

  Entry entry(IdentityDigest digest, Groups groups, int partition, long offset) {
    Entry.Key key = digest.of(policy, event.source(), event.id(), event.plannedOn().toString());
    return new Entry(
        key.high(),
        key.low(),
        groups.number(policy, run),
        Math.addExact(
            Math.multiplyExact(completedAt.getEpochSecond(), 1_000_000L),
            completedAt.getNano() / 1_000),
        reclaimed.rows(),
        reclaimed.files(),
        reclaimed.bytes(),
        counts.deleted(),
        counts.marked(),
        partition,
        offset);
  }
}
