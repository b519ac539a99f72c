package dev.reclaim.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Kafka, PostgreSQL and an S3 store side by side under one data directory, each in a directory
 * named after it; all of them are up, or none.
 */
public final class EmbeddedServers implements AutoCloseable {
  private final DirectoryLock lock;
  private final EmbeddedKafka kafka;
  private final EmbeddedPostgres postgres;
  private final EmbeddedS3 s3;

  private EmbeddedServers(
      DirectoryLock lock, EmbeddedKafka kafka, EmbeddedPostgres postgres, EmbeddedS3 s3) {
    this.lock = lock;
    this.kafka = kafka;
    this.postgres = postgres;
    this.s3 = s3;
  }

  /** Takes as long as the slowest of them. The caller keeps or removes the directory. */
  public static EmbeddedServers start(Path dataDirectory) {
    DirectoryLock lock = DirectoryLock.take(dataDirectory);
    try {
      return startAll(lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static EmbeddedServers startAll(DirectoryLock lock) {
    try (Threads threads = new Threads()) {
      var kafka = threads.run(EmbeddedKafka::start, lock.directory().resolve("kafka"));
      var postgres = threads.run(EmbeddedPostgres::start, lock.directory().resolve("postgres"));
      var s3 = threads.run(EmbeddedS3::start, lock.directory().resolve("s3"));
      try {
        CompletableFuture.allOf(kafka, postgres, s3).join();
      } catch (CompletionException e) {
        throw closingTheOthers(e, List.of(kafka, postgres, s3));
      }
      return new EmbeddedServers(lock, kafka.join(), postgres.join(), s3.join());
    }
  }

  /** By now each has either started or failed. */
  private static RuntimeException closingTheOthers(
      CompletionException failure,
      List<? extends CompletableFuture<? extends AutoCloseable>> starts) {
    RuntimeException thrown =
        failure.getCause() instanceof RuntimeException cause ? cause : failure;
    for (CompletableFuture<? extends AutoCloseable> start : starts) {
      if (!start.isCompletedExceptionally()) {
        try {
          start.join().close();
        } catch (Exception e) {
          thrown.addSuppressed(e);
        }
      }
    }
    return thrown;
  }

  public EmbeddedKafka kafka() {
    return kafka;
  }

  public EmbeddedPostgres postgres() {
    return postgres;
  }

  public EmbeddedS3 s3() {
    return s3;
  }

  /** Closes all of them, also when one fails to. */
  @Override
  public void close() {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    try (lock;
        Threads threads = new Threads()) {
      for (AutoCloseable server : List.of(s3, postgres, kafka)) {
        ends.add(threads.run(EmbeddedServers::close, server));
      }
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof EmbeddedServerException cause ? cause : e;
    }
  }

  private static boolean close(AutoCloseable server) {
    try {
      server.close();
      return true;
    } catch (Exception e) {
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new EmbeddedServerException("A server did not stop: " + e, e);
    }
  }

  /** One thread for each server. */
  private static final class Threads implements AutoCloseable {
    private final ExecutorService executor = Executors.newCachedThreadPool();

    <A, B> CompletableFuture<B> run(Function<A, B> task, A argument) {
      return CompletableFuture.supplyAsync(() -> task.apply(argument), executor);
    }

    @Override
    public void close() {
      executor.shutdown();
    }
  }
}
