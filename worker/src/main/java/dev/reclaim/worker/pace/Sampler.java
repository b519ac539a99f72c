package dev.reclaim.worker.pace;

import dev.reclaim.database.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the signals of one database while there is work, and says there that a worker is at it.
 *
 * <p>Its session bears {@link #AT_WORK} as its name, which every role may see: the number of such
 * sessions is the number of workers. When nothing is left to do the session goes back to the pool.
 */
final class Sampler implements Runnable {
  static final Duration EVERY = Duration.ofSeconds(1);
  static final String AT_WORK = "reclaim-pace";

  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

  private static final String SIT_DOWN =
      "SET application_name = '%s'; SET statement_timeout = '2s'".formatted(AT_WORK);

  private static final String GET_UP = "RESET application_name; RESET statement_timeout";

  private static final String FLEET =
      """
      SELECT count(*) AS workers, count(*) FILTER (WHERE pid < pg_backend_pid()) AS rank,
             extract(epoch FROM clock_timestamp())::bigint AS seconds
        FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = :atWork
      """;

  private final Database database;
  private final Pace pace;
  private final Function<String, List<Signal>> signals;
  private Optional<Handle> seat = Optional.empty();

  /** Made once: some of them remember, and have to beyond a broken connection. */
  private List<Signal> made = List.of();

  /**
   * A sampler that does not run yet.
   *
   * @param signals what to read, given the application name of the pool's sessions
   */
  Sampler(Database database, Pace pace, Function<String, List<Signal>> signals) {
    this.database = database;
    this.pace = pace;
    this.signals = signals;
  }

  /** Runs until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        if (pace.isIdle()) {
          getUp();
          pace.rest();
          pace.awaitWork();
        }
        sampleOrSayWhyNot();
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
      }
    } catch (InterruptedException e) {
      getUp();
    }
  }

  private void sampleOrSayWhyNot() {
    try {
      sample(seat.isPresent() ? seat.get() : sitDown());
    } catch (RuntimeException e) {
      LOG.debug("the signals of {} could not be read", database, e);
      pace.couldNotLook(firstLine(e));
      getUp();
    }
  }

  private Handle sitDown() {
    Handle handle = database.jdbi().open();
    seat = Optional.of(handle);
    if (made.isEmpty()) {
      made = signals.apply(applicationName(handle));
    }
    handle.execute(SIT_DOWN);
    return handle;
  }

  private static String applicationName(Handle handle) {
    return handle
        .createQuery("SELECT current_setting('application_name')")
        .mapTo(String.class)
        .one();
  }

  private void sample(Handle handle) {
    List<Reading> readings = new ArrayList<>();
    for (Signal signal : made) {
      readings.add(signal.read(handle));
    }
    pace.observe(readings, fleet(handle));
  }

  private static Fleet fleet(Handle handle) {
    return handle
        .createQuery(FLEET)
        .bind("atWork", AT_WORK)
        .map(
            (row, context) ->
                new Fleet(
                    Math.max(1, row.getInt("workers")), row.getInt("rank"), row.getLong("seconds")))
        .one();
  }

  private void getUp() {
    seat.ifPresent(
        it -> {
          try (Handle handle = it) {
            handle.execute(GET_UP);
          } catch (JdbiException e) {
            LOG.debug("the session of {} was not left in order", database, e);
          }
        });
    seat = Optional.empty();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
