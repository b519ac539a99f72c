package dev.reclaim.planner.scan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** How often in a row files were found to be orphans: nine bytes each, in memory and in parts. */
final class SeenBefore {
  static final int ENTRY_BYTES = Long.BYTES + 1;

  private final long[] fingerprints;
  private final byte[] times;

  private SeenBefore(long[] fingerprints, byte[] times) {
    this.fingerprints = fingerprints;
    this.times = times;
  }

  /** From parts as they are stored. */
  static SeenBefore of(List<byte[]> parts) {
    int entries = parts.stream().mapToInt(part -> part.length / ENTRY_BYTES).sum();
    long[] fingerprints = new long[entries];
    int at = 0;
    for (byte[] part : parts) {
      for (int from = 0; from < part.length; from += ENTRY_BYTES) {
        fingerprints[at++] = ByteBuffer.wrap(part).getLong(from);
      }
    }
    Arrays.sort(fingerprints);
    SeenBefore seen = new SeenBefore(fingerprints, new byte[entries]);
    parts.forEach(seen::count);
    return seen;
  }

  /** Of two entries that are the same, the lower count holds: it keeps a file. */
  private void count(byte[] part) {
    for (int from = 0; from < part.length; from += ENTRY_BYTES) {
      int at = Arrays.binarySearch(fingerprints, ByteBuffer.wrap(part).getLong(from));
      byte number = part[from + Long.BYTES];
      times[at] = times[at] == 0 ? number : (byte) Math.min(times[at], number);
    }
  }

  /** 0 for one that was none. */
  int times(long fingerprint) {
    int at = Arrays.binarySearch(fingerprints, fingerprint);
    return at < 0 ? 0 : times[at];
  }
}
