package dev.reclaim.planner;

import dev.reclaim.planner.scan.Scan;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A scan on a thread of its own, one batch ahead of whoever asks and never more. */
final class ScanAhead implements AutoCloseable {
  /** A statement of a scan ends before, or is ended. */
  private static final long END_MAX_SECONDS = 30;

  private final Scan scan;
  private final ExecutorService thread;
  private Future<Scan.Batch> ahead;

  /**
   * Begins at once.
   *
   * @param thread its own, which it ends
   */
  ScanAhead(Scan scan, String position, ExecutorService thread) {
    this.scan = scan;
    this.thread = thread;
    this.ahead = thread.submit(() -> scan.next(position));
  }

  /** The next batch; not to be asked for behind the last one. */
  Scan.Batch next() throws InterruptedException {
    Scan.Batch batch = take();
    if (!batch.last()) {
      ahead = thread.submit(() -> scan.next(batch.position()));
    }
    return batch;
  }

  private Scan.Batch take() throws InterruptedException {
    try {
      return ahead.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a scan failed", e.getCause());
    }
  }

  /** What people should hear of the scan, once the last batch was taken. */
  List<String> notes() {
    return scan.notes();
  }

  /** Waits for the thread, so that nobody closes under its feet what it reads. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    try {
      boolean unused = thread.awaitTermination(END_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    scan.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
