package dev.reclaim.bench.orphans;

import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A store that is not there: it makes up its objects as it lists them, in the order of their keys,
 * and one of {@value #ORPHAN_EVERY} is an orphan. A database makes up the same keys by {@link
 * #KEY_SQL}.
 */
final class Shelf implements ObjectListing {
  static final int ORPHAN_EVERY = 20;

  /** What stands before a key in a reference. */
  static final String ADDRESS = "http://minio.example:9000/renders/";

  /** SQL of the key of number {@code i}. */
  static final String KEY_SQL =
      """
      'jobs/' || substr(lpad(to_hex(i::bigint * 1099511627), 16, '0'), 1, 6)
      || '/' || lpad(to_hex(i::bigint * 1099511627), 16, '0') || '/output.mp4'
      """;

  private static final long SPREAD = 1_099_511_627L;
  private static final HexFormat HEX = HexFormat.of();

  private final long objects;
  private final Instant modified = Instant.now().minus(Duration.ofDays(10));
  private final AtomicLong firstKey = new AtomicLong();

  Shelf(long objects) {
    this.objects = objects;
  }

  static long orphans(long objects) {
    return (objects + ORPHAN_EVERY - 1) / ORPHAN_EVERY;
  }

  static String key(long number) {
    String hex = HEX.toHexDigits(number * SPREAD);
    return "jobs/" + hex.substring(0, 6) + "/" + hex + "/output.mp4";
  }

  /** When the latest listing handed its first key over, as {@link System#nanoTime} has it. */
  long firstKey() {
    return firstKey.get();
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    firstKey.set(System.nanoTime());
    for (long i = 0; i < objects; i++) {
      String etag = HEX.toHexDigits(i * 0x9e3779b97f4a7c15L) + HEX.toHexDigits(~i * SPREAD);
      visitor.accept(new StoredObject(key(i), 1_000_000 + i % 1_000, etag, modified));
    }
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    throw new UnsupportedOperationException("nobody looks for single objects here");
  }
}
