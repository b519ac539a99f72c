package dev.reclaim.simulation;

import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Every event ended in the ledger or among the dead letters. One that comes again when the ledger
 * may have forgotten it is laid aside, whatever it came to at first.
 */
final class OneEndPerEvent extends Invariant {
  /** What may be said of an event that ended otherwise before, or ends so afterwards. */
  private static final Set<String> REPLAYED =
      Set.of(Refusal.TOO_OLD.label(), Refusal.NOT_ENTITLED.label());

  OneEndPerEvent(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    Set<EventIdentity> ledger =
        world.database.ledger.committed.keySet().stream()
            .map(FakeDatabase.Named::event)
            .collect(Collectors.toSet());
    Set<EventIdentity> dropped =
        world.database.totals.events.stream()
            .map(FakeDatabase.Named::event)
            .collect(Collectors.toSet());
    Map<EventIdentity, String> dead = dead(world);
    for (EventIdentity event : events(world)) {
      Optional<String> letter = Optional.ofNullable(dead.get(event));
      boolean laidAside = letter.isPresent() && !REPLAYED.contains(letter.get());
      long ends =
          Stream.of(ledger.contains(event), dropped.contains(event), laidAside)
              .filter(it -> it)
              .count();
      if (ends > 1 || (ends == 0 && letter.isEmpty())) {
        violated(
            "%s: in the ledger %s, dropped with it %s, a dead letter %s",
            event, ledger.contains(event), dropped.contains(event), letter);
      }
    }
  }

  private static Map<EventIdentity, String> dead(World world) {
    Map<EventIdentity, String> dead = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter :
        world.topics.of(Topics.DEFAULT.deadLetters()).all()) {
      String why = ErrorHeader.CLASS.in(EventRecords.texts(letter.headers())).orElse("");
      dead.merge(
          Invariants.identity(letter), why, (one, other) -> REPLAYED.contains(one) ? other : one);
    }
    return dead;
  }

  private static List<EventIdentity> events(World world) {
    Topics names = Topics.DEFAULT;
    return List.of(names.expiredRecords(), names.orphanedFiles()).stream()
        .flatMap(topic -> world.topics.of(topic).all().stream())
        .map(Invariants::identity)
        .distinct()
        .toList();
  }
}
