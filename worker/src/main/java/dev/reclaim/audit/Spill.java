package dev.reclaim.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries on disk, shared out by their digests among {@value #PARTS} parts. It takes 4 MiB of
 * memory while it is filled, and one part of the entries while they are read. Filling is
 * thread-safe.
 */
final class Spill implements AutoCloseable {
  static final int PARTS = 256;

  private static final int BLOCK_ENTRIES = 200;
  private static final int BLOCK_BYTES = BLOCK_ENTRIES * Entry.SIZE_BYTES;

  /** A stretch of the file that belongs to one part. */
  private record Block(long position, int bytes) {}

  private final FileChannel file;
  private final ByteBuffer[] filling = new ByteBuffer[PARTS];
  private final List<List<Block>> blocks = new ArrayList<>();
  private long end;

  Spill() {
    try {
      Path path = Files.createTempFile("reclaim-audit-", ".entries");
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new UncheckedIOException("no room for the audit's entries", e);
    }
    for (int part = 0; part < PARTS; part++) {
      filling[part] = ByteBuffer.allocate(BLOCK_BYTES);
      blocks.add(new ArrayList<>());
    }
  }

  synchronized void add(Entry entry) {
    int part = (int) (entry.high() & (PARTS - 1));
    ByteBuffer buffer = filling[part];
    entry.put(buffer);
    if (!buffer.hasRemaining()) {
      write(part);
    }
  }

  private void write(int part) {
    ByteBuffer buffer = filling[part].flip();
    Block block = new Block(end, buffer.remaining());
    try {
      while (buffer.hasRemaining()) {
        end += file.write(buffer, end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the audit's entries cannot be written", e);
    }
    blocks.get(part).add(block);
    buffer.clear();
  }

  /** All entries of one part, in the order in which they came. */
  synchronized List<Entry> part(int part) {
    write(part);
    List<Entry> entries = new ArrayList<>();
    for (Block block : blocks.get(part)) {
      ByteBuffer buffer = ByteBuffer.allocate(block.bytes());
      try {
        while (buffer.hasRemaining()) {
          if (file.read(buffer, block.position() + buffer.position()) < 0) {
            throw new IOException("the file of entries is shorter than it was");
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the audit's entries cannot be read", e);
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        entries.add(Entry.get(buffer));
      }
    }
    return entries;
  }

  /** Removes the file, too. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
