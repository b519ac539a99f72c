package dev.reclaim.planner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.EventCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key or path as a line of JSON, the same whether it is planned or done. */
final class KeyLine {
  private KeyLine() {}

  private record Row(String policy, List<String> key) {}

  private record Partition(String policy, String partition) {}

  private record File(String policy, String path) {}

  private record Version(String policy, String path, String version) {}

  private record Upload(String policy, String path, String upload) {}

  static String row(String policy, List<String> key) {
    return new String(EventCodec.encode(new Row(policy, key)), UTF_8);
  }

  static String partition(String policy, String partition) {
    return new String(EventCodec.encode(new Partition(policy, partition)), UTF_8);
  }

  static String file(String policy, String path) {
    return new String(EventCodec.encode(new File(policy, path)), UTF_8);
  }

  static String leftover(String policy, ClaimedLeftover leftover) {
    @Nullable String version = leftover.version();
    Record line =
        version == null
            ? new Upload(policy, leftover.path(), String.valueOf(leftover.upload()))
            : new Version(policy, leftover.path(), version);
    return new String(EventCodec.encode(line), UTF_8);
  }
}
