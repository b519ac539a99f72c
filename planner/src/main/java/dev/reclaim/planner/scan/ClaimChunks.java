package dev.reclaim.planner.scan;

import dev.reclaim.events.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Cuts what was found into pieces that fit into one event each, by number and by size. */
final class ClaimChunks {
  /** Leaves room for the event's other members. */
  private static final int BYTES_MAX = Claim.BYTES_MAX - 4_096;

  private ClaimChunks() {}

  /** Size of a text as a JSON string in UTF-8, its quotes and a comma included. */
  static int jsonBytes(String text) {
    int bytes = 3;
    for (int i = 0; i < text.length(); i++) {
      bytes += jsonBytes(text.charAt(i));
    }
    return bytes;
  }

  private static int jsonBytes(char unit) {
    if (unit < ' ') {
      return 6;
    }
    if (unit < 0x80) {
      return unit == '"' || unit == '\\' ? 2 : 1;
    }
    return unit < 0x800 ? 2 : 3;
  }

  static <T> List<List<T>> of(List<T> entries, ToIntFunction<T> bytes) {
    List<List<T>> chunks = new ArrayList<>();
    List<T> chunk = new ArrayList<>();
    long size = 0;
    for (T entry : entries) {
      int more = bytes.applyAsInt(entry);
      if (!chunk.isEmpty() && (chunk.size() == Claim.ENTRIES_MAX || size + more > BYTES_MAX)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        size = 0;
      }
      chunk.add(entry);
      size += more;
    }
    if (!chunk.isEmpty()) {
      chunks.add(chunk);
    }
    return chunks;
  }
}
