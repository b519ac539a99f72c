package dev.reclaim.planner.scan;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoredObject;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A complete listing of a store's old files, spilled to a temporary file and read once from its
 * start.
 */
final class Listing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

  private final Path spill;
  private final DataInputStream in;
  private final long size;
  private long read;

  private Listing(Path spill, long size) throws IOException {
    this.spill = spill;
    this.size = size;
    this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(spill)));
  }

  /** Lists to the end, or fails: half a listing is none. */
  static Listing of(ObjectListing store, String prefix, Instant cutoff) {
    try {
      Path spill = Files.createTempFile("reclaim-listing-", ".spill");
      long[] size = {0};
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spill)))) {
        store.list(
            prefix,
            object -> {
              if (!object.modified().isAfter(cutoff)) {
                write(out, object);
                size[0]++;
              }
            });
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(spill);
        throw e;
      }
      return new Listing(spill, size[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("the listing could not be spilled to disk", e);
    }
  }

  /** The next candidate; empty at the end. */
  Optional<ClaimedFile> next() {
    if (read == size) {
      return Optional.empty();
    }
    try {
      ClaimedFile file =
          new ClaimedFile(
              text(in.readNBytes(in.readInt())),
              in.readLong(),
              text(in.readNBytes(in.readInt())),
              Instant.parse(text(in.readNBytes(in.readInt()))));
      read++;
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the spilled listing could not be read", e);
    }
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

  private static void write(DataOutputStream out, StoredObject object) {
    try {
      bytes(out, object.path());
      out.writeLong(object.size());
      bytes(out, object.etag());
      bytes(out, object.modified().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void bytes(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
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
