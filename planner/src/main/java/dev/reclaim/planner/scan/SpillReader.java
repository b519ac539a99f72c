package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.store.FingerprintSet;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads a spill of the form that {@link SpillWriter} says, one file after the other. */
final class SpillReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int filled;

  private byte[] path = new byte[1_024];
  private int pathLength;
  private long size;
  private byte[] tag = new byte[64];
  private int tagLength;
  private boolean hexadecimal;
  private long second;
  private int nano;

  SpillReader(Path file) throws IOException {
    this.in = Files.newInputStream(file);
  }

  /** Goes to the next file, of which there has to be one. */
  void advance() throws IOException {
    int shared = (int) number();
    int more = (int) number();
    pathLength = shared + more;
    path = withRoom(path, pathLength);
    read(path, shared, more);
    size = number();
    long form = number();
    hexadecimal = (form & 1) == 1;
    tagLength = (int) (form >>> 1);
    tag = withRoom(tag, tagLength);
    read(tag, 0, tagLength);
    long moved = number();
    second += (moved >>> 1) ^ -(moved & 1);
    nano = (int) number();
  }

  /** The path's fingerprint. */
  long fingerprint() {
    return FingerprintSet.fingerprint(path, 0, pathLength);
  }

  ClaimedFile file() {
    String etag =
        hexadecimal
            ? HexFormat.of().formatHex(tag, 0, tagLength)
            : new String(tag, 0, tagLength, UTF_8);
    return new ClaimedFile(
        new String(path, 0, pathLength, UTF_8), size, etag, Instant.ofEpochSecond(second, nano));
  }

  private static byte[] withRoom(byte[] bytes, int length) {
    return bytes.length >= length ? bytes : Arrays.copyOf(bytes, length + length / 2);
  }

  private long number() throws IOException {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = next();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private byte next() throws IOException {
    if (at == filled) {
      refill();
    }
    return buffer[at++];
  }

  private void read(byte[] to, int from, int length) throws IOException {
    int left = length;
    while (left > 0) {
      if (at == filled) {
        refill();
      }
      int part = Math.min(left, filled - at);
      System.arraycopy(buffer, at, to, from + length - left, part);
      at += part;
      left -= part;
    }
  }

  private void refill() throws IOException {
    filled = in.read(buffer);
    at = 0;
    if (filled <= 0) {
      throw new EOFException("the spill ends before its last file");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
