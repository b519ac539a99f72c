package dev.reclaim.metrics;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * One processor between {@code outcomes} and {@code metrics}, with four stores beside it:
 * identities that were seen, the sums, how many of them belong to labels, and which rebuild they
 * come from. Outcomes are keyed by policy, and so are the steps of a rebuild on a topic of as many
 * partitions: all of a policy meet in one task and nothing is repartitioned.
 */
final class MetricsTopology {
  /** Node that writes to {@code metrics}. */
  static final String METRICS = "metrics";

  /** Node that writes to {@code dead-letters}. */
  static final String DEAD_LETTERS = "dead-letters";

  /** Identities for as long as they are remembered. */
  static final String SEEN = "seen";

  /** Sums by policy, window and labels, for ever. */
  static final String SUMS = "sums";

  /** Number of labels that have sums of their own, by policy. */
  static final String LABELLED = "labelled";

  /** Which rebuild a policy's accounts are made since. */
  static final String REBUILDS = "rebuilds";

  private static final String REBUILD = "rebuild";
  private static final String OUTCOMES = "outcomes";
  private static final String COUNT = "count";

  /** A point in time has no width; the store asks for one. */
  private static final Duration WINDOW_SIZE = Duration.ofMillis(1);

  /**
   * What the topology depends on.
   *
   * @param retention how far behind the newest outcome of its partition an outcome may lie; beyond
   *     it whatever comes is a duplicate
   * @param clock bounds record times that lie in the future
   * @param deadLettered called once for each record that is sent to {@code dead-letters}, from any
   *     thread
   */
  record Settings(Topics topics, Duration retention, InstantSource clock, Runnable deadLettered) {}

  private MetricsTopology() {}

  static Topology of(Settings settings) {
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    ByteArraySerializer write = new ByteArraySerializer();
    Topics topics = settings.topics();
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            OUTCOMES,
            new ClampedTime(settings.clock()),
            read,
            read,
            topics.outcomes())
        .addSource(
            AutoOffsetReset.earliest(),
            REBUILD,
            new ClampedTime(settings.clock()),
            read,
            read,
            topics.metricsRebuild())
        .addProcessor(COUNT, new Supplier(settings), OUTCOMES, REBUILD)
        .addSink(METRICS, topics.metrics(), write, write, COUNT)
        .addSink(DEAD_LETTERS, topics.deadLetters(), write, write, COUNT);
  }

  private record Supplier(Settings settings)
      implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
    @Override
    public Processor<byte[], byte[], byte[], byte[]> get() {
      return new OutcomeProcessor(
          settings.retention(), settings.topics().metricsRebuild(), settings.deadLettered());
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          Stores.windowStoreBuilder(
              Stores.persistentWindowStore(SEEN, settings.retention(), WINDOW_SIZE, false),
              json(Identity.class),
              Serdes.ByteArray()),
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(SUMS),
              json(MetricsKey.class),
              json(ReclaimedSpace.class)),
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(LABELLED), Serdes.String(), Serdes.Integer()),
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(REBUILDS), Serdes.String(), Serdes.String()));
    }
  }

  private static <T> Serde<T> json(Class<T> type) {
    return Serdes.serdeFrom(
        (topic, value) -> EventCodec.encode(value),
        (topic, bytes) -> EventCodec.decode(bytes, type));
  }
}
