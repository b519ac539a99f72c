package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.store.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes files one after the other into a spill, each as what tells it from the one before: in a
 * sorted listing some 40 bytes instead of 150.
 *
 * <p>The form, read by {@link SpillReader}: bytes shared with the previous path, number of other
 * bytes and these; size; twice the number of the tag's bytes, plus 1 where they stand for two
 * hexadecimal digits each, and these; seconds since the previous file's modification, and
 * nanoseconds. Numbers are of variable length, seven bits a byte, the lowest first.
 */
final class SpillWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream out;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private byte[] previous = {};
  private long second;
  private long count;

  SpillWriter(Path file) throws IOException {
    this.out = Files.newOutputStream(file);
  }

  /** How many were written. */
  long count() {
    return count;
  }

  void write(StoredObject object) throws IOException {
    byte[] path = object.path().getBytes(UTF_8);
    int shared = Math.max(0, Arrays.mismatch(path, previous));
    shared = Arrays.equals(path, previous) ? path.length : shared;
    number(shared);
    bytes(path, shared, path.length - shared);
    number(object.size());
    tag(object.etag());
    Instant modified = object.modified();
    long at = modified.getEpochSecond();
    number(zigzag(at - second));
    number(modified.getNano());
    previous = path;
    second = at;
    count++;
  }

  private void tag(String etag) throws IOException {
    byte[] text = etag.getBytes(UTF_8);
    if (isHex(text)) {
      number(text.length + 1L);
      room(text.length / 2);
      for (int i = 0; i < text.length; i += 2) {
        buffer[filled++] = (byte) (digit(text[i]) << 4 | digit(text[i + 1]));
      }
    } else {
      number(2L * text.length);
      room(text.length);
      append(text, 0, text.length);
    }
  }

  /** Only what comes back as it was: an even number of small digits. */
  private static boolean isHex(byte[] text) {
    int worst = 0;
    for (byte each : text) {
      worst |= digit(each);
    }
    return worst >= 0 && text.length % 2 == 0;
  }

  /** Negative for what is none. */
  private static int digit(byte character) {
    if (character >= '0' && character <= '9') {
      return character - '0';
    }
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private void bytes(byte[] from, int start, int length) throws IOException {
    number(length);
    room(length);
    append(from, start, length);
  }

  private void append(byte[] from, int start, int length) {
    System.arraycopy(from, start, buffer, filled, length);
    filled += length;
  }

  private void number(long value) throws IOException {
    room(10);
    long left = value;
    while ((left & ~0x7fL) != 0) {
      buffer[filled++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    buffer[filled++] = (byte) left;
  }

  private void room(int bytes) throws IOException {
    if (buffer.length - filled < bytes) {
      flush();
      if (buffer.length < bytes) {
        buffer = new byte[bytes];
      }
    }
  }

  private void flush() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }

  /** Writes what is left. */
  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
