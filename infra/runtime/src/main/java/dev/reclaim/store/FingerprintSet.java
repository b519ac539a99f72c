package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A set of paths kept as 64-bit fingerprints, for millions of references in little memory: 8 bytes
 * for each when sealed, at most 12 while it grows.
 *
 * <p>It may say that it contains a path which it does not: one chance in 2^64 for each pair, which
 * with two million references and two million files is 2 in 10 million for the whole run. It never
 * denies one that it contains. So a wrong answer keeps a file and never deletes one.
 *
 * <p>Leading and repeated slashes do not count, because the writers of references are careless
 * about them: {@code /a//b} is {@code a/b}.
 *
 * <p>Filled by one thread, then sealed; a sealed set may be read by several.
 */
public final class FingerprintSet {
  /** Buckets of some thousand entries at ten million references: their sorting stays in cache. */
  private static final int BUCKET_BITS = 12;

  private static final int BUCKET_CAPACITY_MIN = 16;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long[][] buckets = new long[1 << BUCKET_BITS][0];
  private final int[] sizes = new int[1 << BUCKET_BITS];
  private boolean sealed;

  public void add(String path) {
    add(fingerprint(path));
  }

  /** Adds a fingerprint; one equal to its bucket's latest is not stored again. */
  public void add(long fingerprint) {
    if (sealed) {
      throw new IllegalStateException("The set is sealed");
    }
    int bucket = bucketOf(fingerprint);
    int size = sizes[bucket];
    if (size > 0 && buckets[bucket][size - 1] == fingerprint) {
      return;
    }
    if (size == buckets[bucket].length) {
      // One bucket grows at a time, so growing costs a small part of the set and not its double.
      buckets[bucket] = Arrays.copyOf(buckets[bucket], grown(size));
    }
    buckets[bucket][size] = fingerprint;
    sizes[bucket] = size + 1;
  }

  private static int grown(int capacity) {
    return Math.max(BUCKET_CAPACITY_MIN, Math.addExact(capacity, capacity >> 1));
  }

  /** Ends the filling: sorts, drops duplicates and spare room. */
  public void seal() {
    if (sealed) {
      return;
    }
    IntStream.range(0, buckets.length).parallel().forEach(this::seal);
    sealed = true;
  }

  private void seal(int bucket) {
    Arrays.sort(buckets[bucket], 0, sizes[bucket]);
    sizes[bucket] = dropDuplicates(buckets[bucket], sizes[bucket]);
    buckets[bucket] = Arrays.copyOf(buckets[bucket], sizes[bucket]);
  }

  private static int dropDuplicates(long[] sorted, int size) {
    int kept = Math.min(size, 1);
    for (int i = 1; i < size; i++) {
      if (sorted[i] != sorted[kept - 1]) {
        sorted[kept++] = sorted[i];
      }
    }
    return kept;
  }

  public boolean contains(String path) {
    return contains(fingerprint(path));
  }

  public boolean contains(long fingerprint) {
    if (!sealed) {
      throw new IllegalStateException("The set must be sealed before it is asked");
    }
    return Arrays.binarySearch(buckets[bucketOf(fingerprint)], fingerprint) >= 0;
  }

  /** Distinct fingerprints once sealed; before, those stored. */
  public long size() {
    return Arrays.stream(sizes).asLongStream().sum();
  }

  private static int bucketOf(long fingerprint) {
    return (int) (fingerprint >>> (Long.SIZE - BUCKET_BITS));
  }

  /** The fingerprint of a path: of its UTF-8 bytes without leading and repeated slashes. */
  public static long fingerprint(String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return fingerprint(bytes, 0, bytes.length);
  }

  /** The fingerprint of the path whose UTF-8 bytes stand at {@code from} and before {@code to}. */
  public static long fingerprint(byte[] bytes, int from, int to) {
    if (!hasSpareSlashes(bytes, from, to)) {
      return hash(bytes, from, to - from);
    }
    byte[] copy = Arrays.copyOfRange(bytes, from, to);
    return hash(copy, 0, dropSpareSlashes(copy));
  }

  private static long hash(byte[] bytes, int from, int length) {
    long hash = scramble(length);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = scramble(hash ^ (long) WORD.get(bytes, from + at)) + at;
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = (rest << Byte.SIZE) | (bytes[from + at] & 0xff);
    }
    return scramble(scramble(hash ^ rest));
  }

  private static boolean hasSpareSlashes(byte[] bytes, int from, int to) {
    byte previous = '/';
    for (int at = from; at < to; at++) {
      if (bytes[at] == '/' && previous == '/') {
        return true;
      }
      previous = bytes[at];
    }
    return false;
  }

  private static int dropSpareSlashes(byte[] bytes) {
    int kept = 0;
    byte previous = '/';
    for (byte current : bytes) {
      if (current != '/' || previous != '/') {
        bytes[kept++] = current;
      }
      previous = current;
    }
    return kept;
  }

  /** A bijection that spreads each bit over all: multiply, fold the high half down, again. */
  private static long scramble(long value) {
    long mixed = (value + 0x9e3779b97f4a7c15L) * 0xd6e8feb86659fd93L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
    return mixed ^ (mixed >>> 29) ^ (mixed >>> 47);
  }
}
