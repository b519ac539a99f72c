package dev.reclaim.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contracts as other languages and editors read them: JSON Schemas (2020-12) of the events and
 * of the policy file, and the AsyncAPI page of the topics.
 */
public final class EventSchemas {
  private static final Map<String, String> FILES = files();

  private EventSchemas() {}

  private static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "policy",
          "expired-records",
          "expired-partition",
          "orphaned-files",
          "store-leftovers",
          "quarantined-files",
          "cleanup-outcome",
          "reclaimed-space"
        }) {
      files.put(name, name + ".schema.json");
    }
    files.put("asyncapi", "asyncapi.yaml");
    return files;
  }

  /** What there is. */
  public static Set<String> names() {
    return FILES.keySet();
  }

  /** The text of one of {@link #names()}; empty for any other. */
  public static Optional<String> text(String name) {
    @Nullable String file = FILES.get(name);
    if (file == null) {
      return Optional.empty();
    }
    try (InputStream in = EventSchemas.class.getResourceAsStream("schema/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file);
      }
      return Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
