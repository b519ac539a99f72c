package dev.reclaim.metrics;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running metrics stream. A thread that dies is replaced, for ever: whatever was not committed
 * is rolled back and done again, so trying again is always safe.
 *
 * <p>Start as many as wanted, each in its own process or with its own state directory; they share
 * the partitions. The topics have to exist.
 */
public final class MetricsJob implements AutoCloseable {
  /** How long an identity is remembered; R in the design. */
  public static final Duration RETENTION = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(MetricsJob.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DOUBT_AFTER_FAILURE = Duration.ofSeconds(30);

  private final KafkaStreams streams;
  private final LongAdder deadLetters;
  private final InstantSource clock;
  private volatile Instant failedAt = Instant.MIN;

  private MetricsJob(KafkaStreams streams, LongAdder deadLetters, InstantSource clock) {
    this.streams = streams;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /**
   * Starts and returns before anything is read.
   *
   * @throws UserException when the state directory cannot be used, as when another process has it
   */
  public static MetricsJob start(MetricsSettings settings) {
    InstantSource clock = InstantSource.system();
    LongAdder deadLetters = new LongAdder();
    var topology =
        MetricsTopology.of(
            new MetricsTopology.Settings(
                settings.kafka().topics(), RETENTION, clock, deadLetters::increment));
    try {
      KafkaStreams streams =
          new KafkaStreams(topology, new StreamsConfig(StreamSettings.of(settings)));
      MetricsJob job = new MetricsJob(streams, deadLetters, clock);
      streams.setUncaughtExceptionHandler(job::failed);
      streams.start();
      return job;
    } catch (StreamsException e) {
      throw unusable(settings, e);
    }
  }

  private static UserException unusable(MetricsSettings settings, StreamsException e) {
    return new UserException(
        Kind.FAILED,
        "The metrics job cannot start with the state directory %s: %s. Give each process its own, writable one."
            .formatted(settings.stateDirectory(), e.getMessage()),
        e);
  }

  private StreamThreadExceptionResponse failed(Throwable cause) {
    LOG.error("a thread of the metrics job died and is replaced", cause);
    failedAt = clock.instant();
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /**
   * Whether it takes in outcomes: it is running, not starting or sharing out partitions, and no
   * thread died within the last 30 s.
   */
  public boolean healthy() {
    return streams.state() == State.RUNNING
        && failedAt.plus(DOUBT_AFTER_FAILURE).isBefore(clock.instant());
  }

  /**
   * Records sent to dead letters since the start; one that is rolled back and done again, twice.
   */
  public long deadLetters() {
    return deadLetters.sum();
  }

  /** Commits, leaves the group so that others take over at once, and waits up to 30 s for it. */
  @Override
  public void close() {
    boolean stopped =
        streams.close(
            CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    if (!stopped) {
      LOG.warn("the metrics job did not stop within {} s", CLOSE_TIMEOUT.toSeconds());
    }
  }
}
