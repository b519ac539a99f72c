package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.Restoration;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Brings back what a run has moved into quarantine, at an operator's word, and says so on the topic
 * of outcomes. Needs no worker.
 */
public final class Restorer implements AutoCloseable {
  private static final String KNOWN =
      """
      SELECT EXISTS (SELECT 1 FROM reclaim.run WHERE id = :run)
          OR EXISTS (SELECT 1 FROM reclaim.ledger WHERE run = :run)
      """;

  private static final String HELD =
      "SELECT run, policy, store, files, bytes, moved_at, purged_from FROM reclaim.quarantine";

  private final Databases databases;
  private final Set<String> states = new LinkedHashSet<>();
  private final List<Restoration> restorations;
  private final KafkaProducer<byte[], byte[]> producer;
  private final OutcomePublisher outcomes;

  /**
   * Reaches Kafka; databases and stores stay the caller's to close, after it.
   *
   * @param stores open stores by name
   * @param name who says the outcomes
   */
  public Restorer(
      KafkaSettings kafka,
      PolicyFile file,
      Databases databases,
      Map<String, ObjectStore> stores,
      String name) {
    this.databases = databases;
    file.stores().values().stream().map(StoreDefinition::state).forEach(states::add);
    this.restorations = new FileCleanups(file, databases, stores, name).restorations();
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    this.outcomes = new OutcomePublisher(producer, kafka.topics());
  }

  /** Hears how far it is. */
  public interface Progress {
    /** So many files of all are done with, brought back or not. */
    void moved(long files, long all);
  }

  /** What quarantines hold of one run in one store, for people; times in their database's text. */
  public record Held(
      String run, String policy, String store, long files, long bytes, String purgedFrom) {}

  /** All that can be brought back, the oldest first. */
  public static List<Held> held(PolicyFile file, Databases databases) {
    List<Held> held = new ArrayList<>();
    for (String state :
        new LinkedHashSet<>(file.stores().values().stream().map(StoreDefinition::state).toList())) {
      databases
          .get(state)
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createQuery(HELD)
                      .map(
                          (row, context) ->
                              new Held(
                                  row.getString("run"),
                                  row.getString("policy"),
                                  row.getString("store"),
                                  row.getLong("files"),
                                  row.getLong("bytes"),
                                  String.valueOf(row.getTimestamp("purged_from").toInstant())))
                      .forEach(held::add));
    }
    return held;
  }

  /** Whether any database knows a run of that name. */
  public boolean knows(String run) {
    return states.stream()
        .map(databases::get)
        .anyMatch(
            database ->
                database
                    .jdbi()
                    .withHandle(
                        handle ->
                            handle.createQuery(KNOWN).bind("run", run).mapTo(Boolean.class).one()));
  }

  /**
   * Brings back every file of the run that can be, and says what was not said before.
   *
   * @param policies only files that these moved; empty for all
   */
  public RestoredRun restore(String run, Set<String> policies, Progress progress)
      throws InterruptedException {
    RestoredRun.Sum sum = new RestoredRun.Sum(run);
    for (Restoration restoration : restorations) {
      say(restoration.unsaid(run));
    }
    long all = 0;
    for (Restoration restoration : restorations) {
      for (Restoration.Standing part : standing(restoration, run, policies)) {
        all += part.files();
        sum.busy(part.busy());
      }
    }
    long total = all;
    for (Restoration restoration : restorations) {
      for (Restoration.Standing part : standing(restoration, run, policies)) {
        List<Settled> settled = new ArrayList<>();
        restoration.carryOut(
            run,
            part.policy(),
            part.bare(),
            step -> {
              sum.add(part.policy(), step);
              step.settled().ifPresent(settled::add);
              progress.moved(sum.seen(), total);
            });
        say(settled);
      }
    }
    return sum.end();
  }

  private static List<Restoration.Standing> standing(
      Restoration restoration, String run, Set<String> policies) {
    return restoration.standing(run).stream()
        .filter(part -> policies.isEmpty() || policies.contains(part.policy()))
        .toList();
  }

  /** Awaits the brokers, then notes it; what is not noted is said again next time, or by others. */
  private void say(List<Settled> all) throws InterruptedException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (Settled settled : all) {
      outcomes.publish(
          settled,
          new OutcomePublisher.End() {
            @Override
            public void published() {
              // Noted together below.
            }

            @Override
            public void failed(Exception why) {
              failure.set(why);
            }
          });
    }
    producer.flush();
    Exception failed = failure.get();
    if (failed != null) {
      throw new KafkaException("outcomes could not be said; ask for the same again", failed);
    }
    all.stream()
        .map(Settled::database)
        .distinct()
        .forEach(name -> noteEmitted(databases.get(name), all));
  }

  private static void noteEmitted(Database database, List<Settled> all) {
    database.inTransaction(
        handle -> {
          Ledger.emitted(
              handle,
              all.stream()
                  .filter(settled -> settled.database().equals(database.name()))
                  .map(settled -> settled.outcome().event())
                  .toList());
          return all.size();
        });
  }

  @Override
  public void close() {
    producer.close();
  }
}
