package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes of dead letters in the databases of the runs that they belong to. */
final class DeadLetterNotes {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterNotes.class);

  private static final String NOTE =
      """
      INSERT INTO reclaim.dead_letter (planned_on, source, id, run, reason)
      SELECT :plannedOn, :source, :id, r.id, :reason FROM reclaim.run r WHERE r.id = :run
      ON CONFLICT DO NOTHING
      """;

  private final String outcomes;
  private final PolicyFile file;
  private final Databases databases;
  private final Losses losses;

  DeadLetterNotes(Topics topics, PolicyFile file, Databases databases, Losses losses) {
    this.outcomes = topics.outcomes();
    this.file = file;
    this.databases = databases;
    this.losses = losses;
  }

  /** Notes what a letter ends; one that belongs to no run is left alone. */
  void note(ConsumerRecord<byte[], byte[]> letter) {
    Map<String, String> headers = EventRecords.texts(letter.headers());
    if (!endsItsEvent(headers)) {
      return;
    }
    try {
      if (ErrorHeader.CLASS
          .in(headers)
          .filter(Refusal.EXPIRED_UNREAD.label()::equals)
          .isPresent()) {
        losses.reported(headers, Instant.ofEpochMilli(letter.timestamp()));
        return;
      }
      EventIdentity identity = CloudEvent.fromHeaders(headers).identity();
      Optional<Origin> origin = origin(identity);
      String reason = ErrorHeader.REASON.in(headers).orElse("no reason given");
      origin.ifPresent(
          it ->
              databases
                  .get(it.policy().database())
                  .jdbi()
                  .useHandle(handle -> note(handle, identity, it.run(), reason)));
    } catch (InvalidEventException | IllegalArgumentException e) {
      LOG.debug("a dead letter that belongs to no run: {}", e.getMessage());
    }
  }

  /**
   * A letter ends the event that it names unless it only calls itself so, or is what was said of
   * the event afterwards.
   */
  private boolean endsItsEvent(Map<String, String> headers) {
    boolean impostor =
        ErrorHeader.CLASS.in(headers).filter(Refusal.NOT_ENTITLED.label()::equals).isPresent();
    boolean outcome = ErrorHeader.TOPIC.in(headers).filter(outcomes::equals).isPresent();
    return !impostor && !outcome;
  }

  private static void note(Handle handle, EventIdentity identity, String run, String reason) {
    handle
        .createUpdate(NOTE)
        .bind("plannedOn", identity.plannedOn())
        .bind("source", identity.source())
        .bind("id", identity.id())
        .bind("run", run)
        .bind("reason", reason)
        .execute();
  }

  private record Origin(Policy policy, String run) {}

  /**
   * Our own ids begin with the run's, {@code policy/start}; a follow-up's has its parent's before
   * it.
   */
  private Optional<Origin> origin(EventIdentity identity) {
    if (!identity.source().equals(ClaimId.PLANNER) && !identity.source().equals(ClaimId.WORKER)) {
      return Optional.empty();
    }
    String[] parts = identity.id().split("/", 3);
    return parts.length < 3
        ? Optional.empty()
        : file.policy(parts[0]).map(policy -> new Origin(policy, parts[0] + "/" + parts[1]));
  }
}
