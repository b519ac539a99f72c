package dev.reclaim.metrics;

import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.metrics.SimulatedMetrics.StreamState;
import dev.reclaim.simulation.Machine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/** What Streams gives to a processor, as far as {@link OutcomeProcessor} asks for it. */
final class FakeContext {
  private final StreamState state;
  private final long retentionMs;
  private final Machine machine;
  private final boolean forgets;
  private @Nullable ConsumerRecord<byte[], byte[]> at;

  FakeContext(StreamState state, Duration retention, Machine machine, boolean forgets) {
    this.state = state;
    this.retentionMs = retention.toMillis();
    this.machine = machine;
    this.forgets = forgets;
  }

  void at(ConsumerRecord<byte[], byte[]> record) {
    at = record;
  }

  @SuppressWarnings("unchecked") // A proxy has no parameters of types.
  ProcessorContext<byte[], byte[]> context() {
    return proxy(
        ProcessorContext.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getStateStore" -> store((String) arguments[0]);
              case "recordMetadata" -> Optional.of(metadata());
              case "currentStreamTimeMs" -> state.timeMs;
              case "forward" -> null;
              default -> throw new UnsupportedOperationException(method.toString());
            });
  }

  private RecordMetadata metadata() {
    ConsumerRecord<byte[], byte[]> record = Objects.requireNonNull(at);
    return proxy(
        RecordMetadata.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "topic" -> record.topic();
              case "partition" -> record.partition();
              default -> record.offset();
            });
  }

  private Object store(String name) {
    return name.equals(MetricsTopology.SEEN)
        ? proxy(WindowStore.class, (proxy, method, arguments) -> seen(method.getName(), arguments))
        : proxy(
            KeyValueStore.class,
            (proxy, method, arguments) ->
                name.equals(MetricsTopology.SUMS) ? sums(method.getName(), arguments) : null);
  }

  /** Forgets what is older than it has to be kept. */
  private @Nullable Object seen(String method, Object[] arguments) {
    String identity = Objects.toString(arguments[0]);
    if (method.equals("put")) {
      machine.pause();
      state.seen.put(identity, (Long) arguments[2]);
      return null;
    }
    Long before = state.seen.get(identity);
    boolean found = !forgets && before != null && before >= state.timeMs - retentionMs;
    return proxy(
        WindowStoreIterator.class,
        (proxy, each, none) -> each.getName().equals("hasNext") ? (Object) found : null);
  }

  private @Nullable Object sums(String method, Object[] arguments) {
    return switch (method) {
      case "get" -> state.sums.get(Objects.toString(arguments[0]));
      case "put" -> {
        Object unused = state.put(arguments[0], (ReclaimedSpace) arguments[1]);
        yield null;
      }
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(FakeContext.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
