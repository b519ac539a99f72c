package dev.reclaim.cli.demo;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same for all sample systems, as many at a time as there are processors. */
final class EachSystem {

  /** What is done for one system. */
  interface Step<T> {
    T apply(SampleSystem system) throws Exception;
  }

  private EachSystem() {}

  /**
   * Answers by system, in their order.
   *
   * @throws DemoException names the first system that failed; the others have ended, too
   */
  static <T> List<T> inParallel(String what, Step<T> step) {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      Map<SampleSystem, Future<T>> answers = new EnumMap<>(SampleSystem.class);
      for (SampleSystem system : SampleSystem.values()) {
        answers.put(system, threads.submit(() -> step.apply(system)));
      }
      return collect(what, answers);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> List<T> collect(String what, Map<SampleSystem, Future<T>> answers) {
    List<T> collected = new ArrayList<>();
    for (Map.Entry<SampleSystem, Future<T>> answer : answers.entrySet()) {
      collected.add(await(what + " " + answer.getKey().database(), answer.getValue()));
    }
    return collected;
  }

  private static <T> T await(String what, Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new DemoException(what + ": " + e.getCause(), e);
    } catch (CancellationException e) {
      throw new DemoException(what + " was given up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException(what + " was interrupted", e);
    }
  }
}
