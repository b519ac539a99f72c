package dev.reclaim.cli;

import dev.reclaim.database.Databases;
import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Acts;
import dev.reclaim.deadletters.Letter;
import dev.reclaim.deadletters.LetterFilter;
import dev.reclaim.deadletters.LetterId;
import dev.reclaim.deadletters.LetterTopic;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The topic of dead letters beside what was done about them. */
record LetterDesk(KafkaSettings kafka, LetterTopic topic, Acts acts) implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 2;

  /** A desk that changes nothing. */
  static LetterDesk look(PolicyFile file, KafkaOptions kafka, Roles roles) {
    return at(
        file,
        roles.own(Databases.connect(file, CONNECTIONS_MAX, ProcessName.of("reclaim-letters"))),
        kafka,
        roles);
  }

  /** A desk that can note what is done. */
  static LetterDesk open(PolicyFile file, KafkaOptions kafka, Roles roles) {
    return at(
        file,
        roles.own(Databases.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-letters"))),
        kafka,
        roles);
  }

  private static LetterDesk at(
      PolicyFile file, Databases databases, KafkaOptions kafka, Roles roles) {
    KafkaSettings broker = roles.own(kafka.open()).settings();
    return roles.own(
        new LetterDesk(broker, new LetterTopic(broker), new Acts(file, databases, broker)));
  }

  /** Visits the letters that the filter accepts, each with what was done about it. */
  void visit(LetterFilter filter, BiConsumer<Letter, List<Act>> visitor) {
    Map<LetterId, List<Act>> done = acts.read();
    topic.visit(
        letter -> {
          if (filter.accepts(letter)) {
            visitor.accept(letter, done.getOrDefault(letter.id(), List.of()));
          }
        });
  }

  /** One letter that somebody has named. */
  Letter require(LetterId id) {
    return topic
        .find(id)
        .orElseThrow(
            () ->
                new UserException(
                    UserException.Kind.FAILED,
                    "There is no letter %s on %s; list shows those there are."
                        .formatted(id, topic.name())));
  }

  /** What was done about one letter, the newest last. */
  List<Act> done(LetterId id) {
    return acts.read().getOrDefault(id, List.of());
  }

  /** Does the same to each of the letters meant, unless something was done about them before. */
  int handle(LetterSelection selection, LetterWork work) throws InterruptedException {
    LetterPile pile = new LetterPile(this, work, selection.dryRun());
    if (selection.ids().isEmpty()) {
      pile.take(selection.filter().filter(), selection.all());
    } else {
      pile.take(selection.ids(), selection.all());
    }
    return pile.report();
  }

  /** What is done to a letter. */
  interface LetterWork {
    /** Why it cannot be done; empty where it can. */
    Optional<String> obstacle(Letter letter);

    void carryOut(Letter letter) throws InterruptedException;

    /** What a letter is then, in a word. */
    String done();
  }

  @Override
  public void close() {
    topic.close();
  }
}
