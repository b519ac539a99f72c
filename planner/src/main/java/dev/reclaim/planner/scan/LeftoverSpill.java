package dev.reclaim.planner.scan;

import dev.reclaim.store.Leftover;
import dev.reclaim.store.LeftoverId;
import dev.reclaim.store.LeftoverListing;
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
 * A complete listing of a store's old leftovers, spilled to a temporary file and read once from its
 * start.
 */
final class LeftoverSpill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeftoverSpill.class);

  private final Path spill;
  private final DataInputStream in;
  private final long size;
  private long read;

  private LeftoverSpill(Path spill, long size) throws IOException {
    this.spill = spill;
    this.size = size;
    this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(spill)));
  }

  /** Lists to the end, or fails: half a listing is none. */
  static LeftoverSpill of(LeftoverListing store, String prefix, Instant cutoff) {
    try {
      Path spill = Files.createTempFile("reclaim-leftovers-", ".spill");
      long[] size = {0};
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spill)))) {
        store.list(
            prefix,
            cutoff,
            found -> {
              write(out, found);
              size[0]++;
            });
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(spill);
        throw e;
      }
      return new LeftoverSpill(spill, size[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("the listing could not be spilled to disk", e);
    }
  }

  /** The next one; empty at the end. */
  Optional<Leftover> next() {
    if (read == size) {
      return Optional.empty();
    }
    try {
      LeftoverId id = new LeftoverId(text(), text());
      Leftover.Shape shape = Leftover.Shape.valueOf(text());
      Leftover found = new Leftover(id, shape, in.readLong(), Optional.of(Instant.parse(text())));
      read++;
      return Optional.of(found);
    } catch (IOException e) {
      throw new UncheckedIOException("the spilled listing could not be read", e);
    }
  }

  long read() {
    return read;
  }

  boolean atEnd() {
    return read == size;
  }

  double progress() {
    return size == 0 ? 1 : (double) read / size;
  }

  private static void write(DataOutputStream out, Leftover found) {
    try {
      text(out, found.id().path());
      text(out, found.id().id());
      text(out, found.shape().name());
      out.writeLong(found.size());
      text(out, found.since().orElseThrow().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private String text() throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
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
