package dev.reclaim.planner.scan;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ObjectListing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A complete listing of a store's old files, spilled to a temporary file and read once from its
 * start. Of the young ones it remembers some.
 */
final class Listing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

  /** Fingerprints of young files that are kept: enough to tell whether anything names some. */
  private static final int YOUNG_MAX = 10_000;

  private final Path spill;
  private final SpillReader in;
  private final long size;
  private final List<Long> young;
  private long read;

  private Listing(Path spill, long size, List<Long> young) throws IOException {
    this.spill = spill;
    this.size = size;
    this.young = young;
    this.in = new SpillReader(spill);
  }

  /** Lists to the end, or fails: half a listing is none. */
  static Listing of(ObjectListing store, String prefix, Instant cutoff) {
    try {
      Path spill = Files.createTempFile("reclaim-listing-", ".spill");
      try {
        List<Long> young = new ArrayList<>();
        return new Listing(spill, spill(store, prefix, cutoff, spill, young), young);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(spill);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the listing could not be spilled to disk", e);
    }
  }

  private static long spill(
      ObjectListing store, String prefix, Instant cutoff, Path spill, List<Long> young)
      throws IOException {
    try (SpillThread out = new SpillThread(spill)) {
      store.list(
          prefix,
          object -> {
            if (!object.modified().isAfter(cutoff)) {
              out.add(object);
            } else if (young.size() < YOUNG_MAX) {
              young.add(FingerprintSet.fingerprint(object.path()));
            }
          });
      return out.end();
    }
  }

  /** Whether it holds for the fingerprint of any file, young ones among them. */
  boolean isAny(LongPredicate which) {
    if (young.stream().anyMatch(which::test)) {
      return true;
    }
    try (SpillReader again = new SpillReader(spill)) {
      for (long i = 0; i < size; i++) {
        again.advance();
        if (which.test(again.fingerprint())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static UncheckedIOException unreadable(IOException e) {
    return new UncheckedIOException("the spilled listing could not be read", e);
  }

  /** Goes to the next candidate; false at the end. */
  boolean advance() {
    if (read == size) {
      return false;
    }
    try {
      in.advance();
    } catch (IOException e) {
      throw unreadable(e);
    }
    read++;
    return true;
  }

  /** The fingerprint of the candidate's path. */
  long fingerprint() {
    return in.fingerprint();
  }

  /** The candidate. */
  ClaimedFile file() {
    return in.file();
  }

  long size() {
    return size;
  }

  long read() {
    return read;
  }

  double progress() {
    return size == 0 ? 1 : (double) read / size;
  }

  @Override
  public void close() {
    try {
      in.close();
      Files.deleteIfExists(spill);
    } catch (IOException e) {
      LOG.warn("the temporary file {} stays behind: {}", spill, e.toString());
    }
  }
}
