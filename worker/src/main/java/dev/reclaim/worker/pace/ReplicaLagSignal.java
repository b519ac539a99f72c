package dev.reclaim.worker.pace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How far the slowest replica is behind with replaying.
 *
 * <p>Beyond the operator's limit deleting stops until the lag is below half of it. Without a limit
 * a lag that grows slows it down; one that is always there, as of a replica delayed on purpose,
 * does not.
 */
final class ReplicaLagSignal implements Signal {
  /** Less is no lag to speak of, where the operator says nothing. */
  static final Duration UNNOTICED_MAX = Duration.ofSeconds(10);

  /** A lag has grown that is this much longer than at the sample before. */
  static final Duration GROWTH_MIN = Duration.ofMillis(500);

  private static final String REPLICAS =
      """
      SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS written,
             r.pid IS NOT NULL AS replica, r.state IS NOT NULL AS seen, r.application_name AS name,
             pg_wal_lsn_diff(r.replay_lsn, '0/0')::float8 AS replayed,
             extract(epoch FROM r.replay_lag)::float8 AS lag_seconds
        FROM (SELECT 1) AS one
        LEFT JOIN pg_stat_replication r ON r.state IS DISTINCT FROM 'backup'
      """;

  private final Optional<Duration> max;
  private final LongSupplier nanoTime;
  private final WalHistory written = new WalHistory();
  private Duration before = Duration.ZERO;
  private boolean stopped;

  ReplicaLagSignal(Optional<Duration> max, LongSupplier nanoTime) {
    this.max = max;
    this.nanoTime = nanoTime;
  }

  /** A line of the server about one replica, or about none. */
  private record Line(
      double written,
      boolean replica,
      boolean seen,
      @Nullable String name,
      double replayed,
      boolean replays,
      double lagSeconds) {}

  /** A replica and its lag. */
  record Lag(String name, Duration behind, long bytes) {}

  @Override
  public Reading read(Handle handle) {
    List<Line> lines =
        handle
            .createQuery(REPLICAS)
            .map(
                (row, context) -> {
                  double replayed = row.getDouble("replayed");
                  boolean replays = !row.wasNull();
                  return new Line(
                      row.getDouble("written"),
                      row.getBoolean("replica"),
                      row.getBoolean("seen"),
                      row.getString("name"),
                      replayed,
                      replays,
                      row.getDouble("lag_seconds"));
                })
            .list();
    written.add(lines.get(0).written(), nanoTime.getAsLong());
    long unseen = lines.stream().filter(line -> line.replica() && !line.seen()).count();
    if (unseen > 0) {
      return new Reading(
          Pressure.UNSEEN,
          name(),
          "the lag of %d replicas cannot be seen: GRANT pg_read_all_stats to the role"
              .formatted(unseen));
    }
    return judge(lines.stream().filter(Line::replays).map(this::lag).toList());
  }

  /** The longer of what the server measured and what its log shows. */
  private Lag lag(Line line) {
    long bytes = (long) (line.written() - line.replayed());
    String name = line.name() == null || line.name().isEmpty() ? "a replica" : line.name();
    if (bytes <= 0) {
      return new Lag(name, Duration.ZERO, 0);
    }
    Duration shown = written.age(line.replayed(), nanoTime.getAsLong());
    Duration measured = Duration.ofMillis((long) (line.lagSeconds() * 1_000));
    return new Lag(name, shown.compareTo(measured) > 0 ? shown : measured, bytes);
  }

  /** What the lags at one moment mean. */
  Reading judge(List<Lag> lags) {
    Lag worst =
        lags.stream()
            .reduce((one, other) -> other.behind().compareTo(one.behind()) > 0 ? other : one)
            .orElse(new Lag("", Duration.ZERO, 0));
    Duration growth = worst.behind().minus(before);
    before = worst.behind();
    return max.isPresent() ? limited(worst, max.get()) : unlimited(worst, growth);
  }

  private Reading limited(Lag worst, Duration most) {
    boolean belowHalf = worst.behind().compareTo(most.dividedBy(2)) <= 0;
    stopped = stopped ? !belowHalf : worst.behind().compareTo(most) > 0;
    if (stopped) {
      return new Reading(
          Pressure.HALT,
          name(),
          words(worst) + ", more than maxReplicaLag allows; it goes on below half of that");
    }
    return belowHalf ? Reading.CALM : new Reading(Pressure.SLOW, name(), words(worst));
  }

  private Reading unlimited(Lag worst, Duration growth) {
    return worst.behind().compareTo(UNNOTICED_MAX) > 0 && growth.compareTo(GROWTH_MIN) > 0
        ? new Reading(Pressure.SLOW, name(), words(worst))
        : Reading.CALM;
  }

  private static String words(Lag lag) {
    return "%s is %.1f s and %.1f MiB behind"
        .formatted(lag.name(), lag.behind().toMillis() / 1e3, lag.bytes() / 1048576.0);
  }

  @Override
  public String name() {
    return "the lag of replicas";
  }
}
