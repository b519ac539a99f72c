package dev.reclaim.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A complete listing of a bucket. A small one page after page; a large one, from its eleventh page
 * on, folder beside folder, where it has folders.
 *
 * <p>The visitor hears of one page at a time, whoever listed it.
 */
final class S3Listing {
  /** Pages after which a bucket is large. */
  private static final int PAGES_ALONE = 10;

  /** Folders of one bucket that are listed at a time. */
  private static final int SIDE_BY_SIDE_MAX = 8;

  private final S3Client client;
  private final String bucket;
  private final String place;
  private final Consumer<StoredObject> visitor;

  /** Keys shown before the listing went on in parts: some thousand. */
  private final Set<String> shown = new HashSet<>();

  /** Nothing is shown any more. */
  private boolean over;

  S3Listing(S3Client client, String bucket, String place, Consumer<StoredObject> visitor) {
    this.client = client;
    this.bucket = bucket;
    this.place = place;
    this.visitor = visitor;
  }

  /** Shows all whose keys begin with the prefix. */
  void run(String prefix) {
    S3Pages pages = pages(prefix);
    for (int i = 0; i < PAGES_ALONE; i++) {
      Optional<S3Pages.Page> page = pages.next();
      if (page.isEmpty()) {
        return;
      }
      show(page.get().objects());
      page.get().objects().forEach(object -> shown.add(object.key()));
    }
    Optional<S3Folders> folders = S3Folders.of(client, bucket, place, prefix);
    if (folders.isEmpty()) {
      shown.clear();
      rest(pages);
    } else {
      sideBySide(folders.get());
    }
  }

  private S3Pages pages(String prefix) {
    return new S3Pages(client, bucket, place, prefix, null);
  }

  private void rest(S3Pages pages) {
    for (Optional<S3Pages.Page> page = pages.next(); page.isPresent(); page = pages.next()) {
      show(page.get().objects());
    }
  }

  private void sideBySide(S3Folders folders) {
    show(folders.beside());
    ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE_MAX, S3Listing::thread);
    try {
      CompletionService<Boolean> ends = new ExecutorCompletionService<>(threads);
      folders.prefixes().forEach(each -> ends.submit(() -> rest(pages(each)), true));
      for (int i = 0; i < folders.prefixes().size(); i++) {
        boolean unused = ends.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(place + ": interrupted while listing", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      end();
      threads.shutdownNow();
    }
  }

  private synchronized void end() {
    over = true;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "store-listing");
    thread.setDaemon(true);
    return thread;
  }

  private synchronized void show(List<S3Object> page) {
    List<StoredObject> fresh = new ArrayList<>(page.size());
    for (S3Object object : page) {
      if (!over
          && !shown.contains(object.key())
          && StorePaths.isFileKey(object.key())
          && S3Store.isTagged(object)) {
        fresh.add(S3Store.seen(object));
      }
    }
    fresh.forEach(visitor);
  }
}
