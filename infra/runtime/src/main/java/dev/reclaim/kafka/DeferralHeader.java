package dev.reclaim.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * The headers by which a deferred record says where it came from and what it waits for; their
 * values are UTF-8 text.
 */
public enum DeferralHeader {
  /** Topic on which the record came first. */
  TOPIC("topic"),
  /** Its partition there. */
  PARTITION("partition"),
  /** Its offset there. */
  OFFSET("offset"),
  /** Its timestamp there, ISO 8601. */
  TIMESTAMP("timestamp"),
  /** When to try again, ISO 8601. */
  NOT_BEFORE("not-before"),
  /** What it waits for, like {@code database:main}. */
  WAITS_FOR("waits-for"),
  /** When it was deferred for the first time, ISO 8601. */
  SINCE("since"),
  /** How often it was deferred, 1 at least. */
  TIMES("times");

  /** What all of these begin with. */
  public static final String PREFIX = "__reclaim.deferred.";

  private final String key;

  DeferralHeader(String name) {
    this.key = PREFIX + name;
  }

  /** The header's name on the record. */
  public String key() {
    return key;
  }

  /** Says it on a record in place of what was said before. */
  public void put(Headers headers, String text) {
    headers.remove(key).add(key, text.getBytes(UTF_8));
  }

  /** What a record says, of {@linkplain EventRecords#texts its headers as texts}. */
  public Optional<String> in(Map<String, String> texts) {
    return Optional.ofNullable(texts.get(key));
  }

  /** Takes all of them off a record. */
  public static void strip(Headers headers) {
    for (DeferralHeader header : values()) {
      headers.remove(header.key);
    }
  }
}
