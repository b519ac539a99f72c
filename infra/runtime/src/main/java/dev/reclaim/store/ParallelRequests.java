package dev.reclaim.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Asks a server the same of many things at once, with a bounded number of requests under way. */
final class ParallelRequests implements AutoCloseable {
  /** Leaves connections for everything else that is asked of the same store. */
  static final int REQUESTS_MAX = S3Clients.CONNECTIONS_MAX / 2;

  private final ExecutorService threads;

  /**
   * A pool of threads.
   *
   * @param requestsMax under way at a time
   */
  ParallelRequests(String threadName, int requestsMax) {
    this.threads =
        Executors.newFixedThreadPool(
            requestsMax,
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The answer for each; fails as a whole, with the first failure. */
  <K, A> Map<K, A> ask(Collection<K> each, Function<K, A> request) {
    Map<K, Future<A>> asked = new LinkedHashMap<>();
    try {
      each.forEach(
          one -> asked.computeIfAbsent(one, it -> threads.submit(() -> request.apply(it))));
      Map<K, A> answers = new LinkedHashMap<>();
      for (Map.Entry<K, Future<A>> one : asked.entrySet()) {
        answers.put(one.getKey(), one.getValue().get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("Interrupted while asking a store", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      List<Future<A>> left = new ArrayList<>(asked.values());
      left.forEach(one -> one.cancel(true));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
