package dev.reclaim.kafka;

import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/**
 * What is said on a record that becomes a dead letter.
 *
 * @param timestampMs the record's own, milliseconds since the epoch
 * @param group consumer group or stream that gives it up
 * @param event empty where its identity cannot be read
 * @param reason in words, for people; is cut to one line of at most {@value #REASON_LENGTH_MAX}
 *     characters
 * @param failure only its types are told: its messages may hold what rows say
 * @param attempts 1 at least
 */
public record DeadLetterHeaders(
    String topic,
    int partition,
    long offset,
    long timestampMs,
    String group,
    Optional<EventIdentity> event,
    Refusal refusal,
    String reason,
    Throwable failure,
    int attempts) {
  private static final int REASON_LENGTH_MAX = 1_000;
  private static final int EXCEPTION_LENGTH_MAX = 1_000;

  /**
   * Says it on the record's headers.
   *
   * @param now when the record is given up
   */
  public void put(Headers headers, Instant now) {
    Map<String, String> before = EventRecords.texts(headers);
    ErrorHeader.TOPIC.put(headers, topic);
    ErrorHeader.PARTITION.put(headers, Integer.toString(partition));
    ErrorHeader.OFFSET.put(headers, Long.toString(offset));
    ErrorHeader.TIMESTAMP.put(headers, Instant.ofEpochMilli(timestampMs).toString());
    ErrorHeader.GROUP.put(headers, group);
    headers.remove(ErrorHeader.EVENT_ID.key());
    event.ifPresent(identity -> ErrorHeader.EVENT_ID.put(headers, identity.toString()));
    ErrorHeader.CLASS.put(headers, refusal.label());
    ErrorHeader.REASON.put(headers, line(reason, REASON_LENGTH_MAX));
    ErrorHeader.EXCEPTION.put(headers, line(types(failure), EXCEPTION_LENGTH_MAX));
    ErrorHeader.ATTEMPTS.put(headers, Integer.toString(attempts));
    ErrorHeader.FIRST_FAILED_AT.put(headers, firstFailedAt(before, now).toString());
    ErrorHeader.LAST_FAILED_AT.put(headers, now.toString());
    ErrorHeader.REPLAYS.put(headers, Integer.toString(replays(before)));
    headers.remove(ErrorHeader.VALUE_BYTES.key());
    headers.remove(ErrorHeader.VALUE_SHA256.key());
  }

  /**
   * How often people have sent a record again, of {@linkplain EventRecords#texts its headers as
   * texts}; what is no such number counts as never.
   */
  public static int replays(Map<String, String> headers) {
    return ErrorHeader.REPLAYS
        .in(headers)
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(Integer::valueOf)
        .orElse(0);
  }

  /** Anyone may have written the header before: no time, or one to come, is none. */
  private static Instant firstFailedAt(Map<String, String> before, Instant now) {
    try {
      return ErrorHeader.FIRST_FAILED_AT
          .in(before)
          .map(Instant::parse)
          .filter(first -> first.isBefore(now) && first.isAfter(Instant.EPOCH))
          .orElse(now);
    } catch (DateTimeException e) {
      return now;
    }
  }

  private static String types(Throwable failure) {
    Set<String> types = new LinkedHashSet<>();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      types.add(each.getClass().getName());
    }
    return String.join(", caused by ", types);
  }

  private static String line(String text, int lengthMax) {
    String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ");
    return line.length() <= lengthMax ? line : line.substring(0, lengthMax) + "...";
  }
}
