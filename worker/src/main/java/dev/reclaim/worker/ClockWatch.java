package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.worker.pace.Paces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the clocks of this process, of the databases and of the brokers, and has deletion pause
 * where they are too far apart: one of them says that data is older than it is, and nobody can tell
 * which.
 */
final class ClockWatch implements Runnable {
  /** How far apart two clocks may be, beyond what the question itself took. */
  static final Duration APART_MAX = Duration.ofSeconds(5);

  static final String BROKERS = "the brokers";

  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  private static final String NOW = "SELECT clock_timestamp()";

  private final Databases databases;
  private final Supplier<Optional<Instant>> brokers;
  private final Paces paces;
  private final InstantSource clock;
  private final Map<String, Offset> offsets = new ConcurrentHashMap<>();

  /**
   * How far a clock is ahead of ours.
   *
   * @param unsure what the question took, which may be either way
   */
  private record Offset(Duration ahead, Duration unsure) {
    boolean tooFar() {
      return ahead.abs().minus(unsure).compareTo(APART_MAX) > 0;
    }
  }

  /**
   * A watch.
   *
   * @param brokers their time, where they tell it
   * @param clock of this process
   */
  ClockWatch(
      Databases databases, Supplier<Optional<Instant>> brokers, Paces paces, InstantSource clock) {
    this.databases = databases;
    this.brokers = brokers;
    this.paces = paces;
    this.clock = clock;
  }

  /** Compares once, and has deletion pause or go on. What cannot be asked is as it was last. */
  @Override
  public void run() {
    compare(BROKERS, brokers);
    for (Database database : databases.all()) {
      compare(named(database), () -> Optional.of(time(database)));
    }
    Optional<String> everywhere = disagreement(BROKERS);
    for (Database database : databases.all()) {
      paces
          .of(database.name())
          .hold(everywhere.isPresent() ? everywhere : disagreement(named(database)));
    }
  }

  /** By how many milliseconds each is ahead of this process. */
  Map<String, Long> aheadMs() {
    Map<String, Long> ahead = new TreeMap<>();
    offsets.forEach((whose, offset) -> ahead.put(whose, offset.ahead().toMillis()));
    return ahead;
  }

  private static String named(Database database) {
    return "the database " + database.name();
  }

  private static Instant time(Database database) {
    return database.jdbi().withHandle(handle -> handle.createQuery(NOW).mapTo(Instant.class).one());
  }

  private void compare(String whose, Supplier<Optional<Instant>> theirs) {
    try {
      Instant before = clock.instant();
      Optional<Instant> told = theirs.get();
      Duration took = Duration.between(before, clock.instant()).abs();
      Instant ours = before.plus(took.dividedBy(2));
      told.ifPresent(time -> offsets.put(whose, new Offset(Duration.between(ours, time), took)));
    } catch (JdbiException | DatabaseException | KafkaException e) {
      LOG.debug("the clock of {} cannot be asked", whose, e);
    }
  }

  private Optional<String> disagreement(String whose) {
    @Nullable Offset offset = offsets.get(whose);
    if (offset == null || !offset.tooFar()) {
      return Optional.empty();
    }
    boolean ahead = !offset.ahead().isNegative();
    return Optional.of(
        "the clock of %s is %.1f s %s this process's: set them right, nothing is deleted before"
            .formatted(
                whose, offset.ahead().abs().toMillis() / 1e3, ahead ? "ahead of" : "behind"));
  }
}
