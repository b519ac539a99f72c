package dev.reclaim.audit;

import dev.reclaim.database.Database;
import dev.reclaim.events.EventIdentity;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out again who an entry is about, and says what is different, in words. */
final class Naming {
  private static final String COMPLETED_AT =
      """
      SELECT planned_on, source, id, policy FROM reclaim.ledger
       WHERE completed_at = to_timestamp(0) + :micros * interval '1 microsecond'
      """;

  private final List<Database> databases;
  private final OutcomeTopic topic;
  private final String topicName;
  private final Groups groups;

  Naming(List<Database> databases, OutcomeTopic topic, String topicName, Groups groups) {
    this.databases = databases;
    this.topic = topic;
    this.topicName = topicName;
    this.groups = groups;
  }

  Difference name(Suspect suspect) {
    Entry one = suspect.either();
    Groups.Group group = groups.group(one.group());
    return new Difference(
        Instant.EPOCH.plus(one.completedMicros(), ChronoUnit.MICROS),
        group.policy(),
        group.run(),
        identity(suspect).map(EventIdentity::toString).orElse("(gone meanwhile)"),
        where(suspect),
        what(suspect));
  }

  private Optional<EventIdentity> identity(Suspect suspect) {
    Entry said = suspect.said();
    return said == null
        ? booked(suspect.either())
        : topic.at(said.source(), said.place()).map(Said::event);
  }

  private Optional<EventIdentity> booked(Entry row) {
    IdentityDigest digest = new IdentityDigest();
    return databases
        .get(row.source())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(COMPLETED_AT)
                    .bind("micros", row.completedMicros())
                    .map(
                        (found, context) -> {
                          EventIdentity event =
                              new EventIdentity(
                                  found.getString("source"),
                                  found.getString("id"),
                                  found.getObject("planned_on", LocalDate.class));
                          return digest
                                  .of(
                                      found.getString("policy"),
                                      event.source(),
                                      event.id(),
                                      event.plannedOn().toString())
                                  .equals(row.key())
                              ? Optional.of(event)
                              : Optional.<EventIdentity>empty();
                        })
                    .stream()
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private String where(Suspect suspect) {
    Entry said = suspect.said();
    if (suspect.torn()) {
      return "ledger of " + databases.get(suspect.either().source()).name();
    }
    return said == null ? topicName : "%s-%d@%d".formatted(topicName, said.source(), said.place());
  }

  private String what(Suspect suspect) {
    @Nullable Entry row = suspect.ledger();
    @Nullable Entry said = suspect.said();
    if (row == null) {
      return "there is an outcome, %s, and no ledger row".formatted(amounts(suspect.either()));
    }
    if (suspect.torn()) {
      return "the ledger row has %s, and its own outcome something else".formatted(amounts(row));
    }
    if (said == null) {
      return row.is(Entry.SAID)
          ? "the ledger has %s, noted as said, and there is no outcome".formatted(amounts(row))
          : "the ledger has %s and has not been heard of for over 42 h".formatted(amounts(row));
    }
    return words(row, said);
  }

  private String words(Entry row, Entry said) {
    List<String> words = new ArrayList<>();
    differ(words, "rows", row.rows(), said.rows());
    differ(words, "files", row.files(), said.files());
    differ(words, "bytes", row.bytes(), said.bytes());
    differ(words, "deleted", row.deleted(), said.deleted());
    differ(words, "marked", row.marked(), said.marked());
    if (row.group() != said.group()) {
      words.add("the run differs");
    }
    if (row.completedMicros() != said.completedMicros()) {
      words.add("the time of completion differs");
    }
    return String.join("; ", words);
  }

  private static void differ(List<String> words, String name, long ledger, long outcome) {
    if (ledger != outcome) {
      words.add("%s: the ledger says %,d, the outcome %,d".formatted(name, ledger, outcome));
    }
  }

  private static String amounts(Entry entry) {
    return "%,d rows, %,d files, %,d bytes".formatted(entry.rows(), entry.files(), entry.bytes());
  }
}
