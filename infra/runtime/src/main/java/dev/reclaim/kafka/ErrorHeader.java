package dev.reclaim.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * The headers by which a dead letter says where it came from and why it is one; their values are
 * UTF-8 text.
 */
public enum ErrorHeader {
  /** Topic on which the record came. */
  TOPIC("topic"),
  /** Its partition there. */
  PARTITION("partition"),
  /** Its offset there. */
  OFFSET("offset"),
  /** The last offset of a gap, where the letter stands for records that were dropped unread. */
  LAST_OFFSET("last.offset"),
  /** Its timestamp there, ISO 8601. */
  TIMESTAMP("timestamp"),
  /** Consumer group, or stream, that gave it up. */
  GROUP("group"),
  /** The event's identity, {@code source#id@day}; absent where it could not be read. */
  EVENT_ID("event.id"),
  /** A {@linkplain dev.reclaim.events.Refusal#label() label} that can be counted and chosen by. */
  CLASS("class"),
  /** Why, in words, one line. */
  REASON("reason"),
  /** The types of the failure and its causes. */
  EXCEPTION("exception"),
  /** How often it was tried before it was given up. */
  ATTEMPTS("attempts"),
  /** When it was given up for the first time, ISO 8601; stays when a replay fails again. */
  FIRST_FAILED_AT("first.failed.at"),
  /** When it was given up this time, ISO 8601. */
  LAST_FAILED_AT("last.failed.at"),
  /** How often people have sent it again. */
  REPLAYS("replays"),
  /** Bytes of a value that was too large to be kept here; absent where the value is here. */
  VALUE_BYTES("value.bytes"),
  /** SHA-256 of that value, hex. */
  VALUE_SHA256("value.sha256");

  /** What all of these begin with. */
  public static final String PREFIX = "__reclaim.errors.";

  private final String key;

  ErrorHeader(String name) {
    this.key = PREFIX + name;
  }

  /** The header's name on the record. */
  public String key() {
    return key;
  }

  /** Says it on a record in place of what was said before: a letter that comes again keeps one. */
  public void put(Headers headers, String text) {
    headers.remove(key).add(key, text.getBytes(UTF_8));
  }

  /** What a record says, of {@linkplain EventRecords#texts its headers as texts}. */
  public Optional<String> in(Map<String, String> texts) {
    return Optional.ofNullable(texts.get(key));
  }
}
