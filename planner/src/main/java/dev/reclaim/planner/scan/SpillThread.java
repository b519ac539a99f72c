package dev.reclaim.planner.scan;

import dev.reclaim.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A spill that is written on a thread of its own, so that whoever lists does not wait for it. Used
 * by one thread at a time.
 */
final class SpillThread implements AutoCloseable {
  private static final int FILES_PER_BATCH = 512;

  /** Some thousand files wait at most, less than a MiB. */
  private static final int BATCHES_MAX = 8;

  /** How often whoever waits for room looks whether the writing has failed. */
  private static final long LOOK_MS = 100;

  private static final long END_MAX_SECONDS = 30;

  private final BlockingQueue<List<StoredObject>> batches = new ArrayBlockingQueue<>(BATCHES_MAX);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread spilling = new Thread(work, "spill");
            spilling.setDaemon(true);
            return spilling;
          });
  private final Future<Long> written;
  private List<StoredObject> batch = new ArrayList<>(FILES_PER_BATCH);

  SpillThread(Path file) {
    this.written = thread.submit(() -> write(file));
  }

  /** An empty batch is the last. */
  private long write(Path file) throws IOException, InterruptedException {
    try (SpillWriter out = new SpillWriter(file)) {
      for (List<StoredObject> next = batches.take(); !next.isEmpty(); next = batches.take()) {
        for (StoredObject object : next) {
          out.write(object);
        }
      }
      return out.count();
    }
  }

  /** Hands a file over; fails where writing has failed. */
  void add(StoredObject object) {
    batch.add(object);
    if (batch.size() == FILES_PER_BATCH) {
      hand();
    }
  }

  /** Waits until all is on the disk; returns how many there are. */
  long end() throws IOException {
    if (!batch.isEmpty()) {
      hand();
    }
    hand();
    return result();
  }

  private void hand() {
    try {
      while (!batches.offer(batch, LOOK_MS, TimeUnit.MILLISECONDS)) {
        if (written.isDone()) {
          throw new UncheckedIOException(failure());
        }
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    batch = new ArrayList<>(FILES_PER_BATCH);
  }

  private IOException failure() {
    try {
      return new IOException("the spill ended after " + result() + " files");
    } catch (IOException e) {
      return e;
    }
  }

  private long result() throws IOException {
    try {
      return written.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted while a listing was spilled");
  }

  /** Waits for the thread, so that nobody deletes the file under its hands. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    try {
      boolean unused = thread.awaitTermination(END_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
