package dev.reclaim.simulation;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A producer whose records arrive later, not at all, or without anybody hearing of it; and of a
 * process that dies some that nobody knows of arrive all the same.
 */
public final class FakeProducer {
  private static final int LOST_ONE_IN = 40;

  private final FakeTopic.All topics;
  private final Machine machine;
  private final Scheduler scheduler;
  private final boolean atOnce;
  private final Deque<Sent> underWay = new ArrayDeque<>();

  /**
   * A producer of one process.
   *
   * @param atOnce hears how each record ended before {@code send} returns
   */
  FakeProducer(FakeTopic.All topics, Machine machine, Scheduler scheduler, boolean atOnce) {
    this.topics = topics;
    this.machine = machine;
    this.scheduler = scheduler;
    this.atOnce = atOnce;
    machine.whenKilled(this::die);
    if (!atOnce) {
      machine.spawn("network", this::deliver);
    }
  }

  /** As the product sees it. */
  @SuppressWarnings("unchecked") // A proxy has no parameters of types.
  Producer<byte[], byte[]> producer() {
    return FakeConnection.proxy(
        Producer.class, (proxy, method, arguments) -> call(method, arguments));
  }

  @SuppressWarnings("unchecked") // See above.
  private @Nullable Object call(Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "send" -> {
        Object[] given = java.util.Objects.requireNonNull(arguments);
        yield send(
            (ProducerRecord<byte[], byte[]>) given[0],
            given.length > 1 ? (Callback) given[1] : null);
      }
      case "flush" -> {
        if (!scheduler.database().sabotage().is(Sabotage.Kind.NO_ACKNOWLEDGEMENT)) {
          scheduler.await(underWay::isEmpty, TimeUnit.MINUTES.toMillis(2));
        }
        yield null;
      }
      default -> FakeConnection.nothing(method);
    };
  }

  private Sent send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    scheduler.pause();
    Sent sent = new Sent(record, callback);
    if (atOnce) {
      sent.end();
    } else {
      underWay.add(sent);
    }
    return sent;
  }

  private void deliver() {
    while (true) {
      scheduler.await(() -> !underWay.isEmpty(), Long.MAX_VALUE / 4);
      scheduler.pause();
      if (!underWay.isEmpty()) {
        underWay.getFirst().end();
        underWay.removeFirst();
      }
    }
  }

  private void die() {
    for (Sent sent : underWay) {
      if (!sent.done && scheduler.chance().oneIn(2)) {
        ConsumerRecord<byte[], byte[]> unused = topics.append(sent.record);
      }
    }
    underWay.clear();
  }

  /** A record that was sent, and how that ended. */
  private final class Sent implements Future<RecordMetadata> {
    private final ProducerRecord<byte[], byte[]> record;
    private final @Nullable Callback callback;
    private boolean done;
    private @Nullable Exception failure;
    private int partition;
    private long offset;

    Sent(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      this.record = record;
      this.callback = callback;
    }

    /** An answer that is lost looks like a record that is lost. */
    void end() {
      boolean trouble = machine.isTroubled();
      boolean arrives = !trouble || !scheduler.chance().oneIn(LOST_ONE_IN);
      boolean told = arrives && (!trouble || !scheduler.chance().oneIn(LOST_ONE_IN));
      if (arrives) {
        ConsumerRecord<byte[], byte[]> there = topics.append(record);
        partition = there.partition();
        offset = there.offset();
      }
      done = true;
      failure = told ? null : new TimeoutException("no answer");
      if (callback != null) {
        callback.onCompletion(metadata(), failure);
      }
    }

    private RecordMetadata metadata() {
      return new RecordMetadata(new TopicPartition(record.topic(), partition), offset, 0, 0, 0, 0);
    }

    @Override
    public RecordMetadata get() throws ExecutionException {
      if (scheduler.database().sabotage().is(Sabotage.Kind.NO_ACKNOWLEDGEMENT)) {
        return metadata();
      }
      boolean ended = scheduler.await(() -> done, TimeUnit.MINUTES.toMillis(2));
      if (!ended || failure != null) {
        throw new ExecutionException(failure == null ? new TimeoutException("no answer") : failure);
      }
      return metadata();
    }

    @Override
    public RecordMetadata get(long timeout, TimeUnit unit) throws ExecutionException {
      return get();
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      return false;
    }
  }
}
