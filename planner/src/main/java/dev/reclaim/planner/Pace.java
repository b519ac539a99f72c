package dev.reclaim.planner;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.planner.Forecast.Estimate;
import dev.reclaim.policy.Policy;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * How fast runs of a policy are: as its last ones were, or by an assumption that is said.
 *
 * @param last its last complete runs; empty where there are none, or nobody may look
 */
record Pace(Optional<Last> last) {
  private static final long ASSUMED_ROWS_PER_SECOND = 2_000;
  private static final long ASSUMED_FILES_PER_SECOND = 100;

  private static final String LAST =
      """
      SELECT count(*) AS runs, coalesce(avg(claimed), 0) AS claimed,
             coalesce(avg(extract(epoch FROM finished_at - started_at)), 0) AS seconds
        FROM (SELECT claimed, started_at, finished_at
                FROM reclaim.run
               WHERE policy = :policy AND state = 'complete' AND claimed > 0
               ORDER BY started_at DESC
               LIMIT 5) AS recent
      """;

  /** The last runs on average. */
  record Last(long runs, double claimed, double seconds) {
    String words() {
      String took = String.format(Locale.ROOT, "took %.1f s for %,.0f", seconds, claimed);
      return runs == 1
          ? "the last complete run " + took
          : "the last " + runs + " complete runs " + took + " on average";
    }
  }

  static Pace of(Database database, Policy policy) {
    return new Pace(
        database
            .jdbi()
            .withHandle(
                handle ->
                    Books.readable(handle, "run")
                        ? Optional.of(last(handle, policy)).filter(it -> it.runs() > 0)
                        : Optional.empty()));
  }

  private static Last last(Handle handle, Policy policy) {
    return handle
        .createQuery(LAST)
        .bind("policy", policy.name())
        .map(
            (row, context) ->
                new Last(row.getLong("runs"), row.getDouble("claimed"), row.getDouble("seconds")))
        .one();
  }

  /**
   * A run takes its time however little there is to do, so a smaller one is not taken for faster.
   */
  Estimate estimate(long claimed, long rows, long files) {
    if (claimed == 0) {
      return new Estimate(0, "nothing is due");
    }
    if (last.isPresent()) {
      Last before = last.get();
      return new Estimate(
          (long) Math.ceil(before.seconds() * Math.max(1, claimed / before.claimed())),
          before.words());
    }
    double seconds =
        (double) rows / ASSUMED_ROWS_PER_SECOND + (double) files / ASSUMED_FILES_PER_SECOND;
    return new Estimate(
        (long) Math.ceil(seconds),
        String.format(
            Locale.ROOT,
            "assumed, as no complete run is known: %,d rows and %,d files a second",
            ASSUMED_ROWS_PER_SECOND,
            ASSUMED_FILES_PER_SECOND));
  }
}
