package dev.reclaim.audit;

import dev.reclaim.events.EventIdentity;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.Named;

/**
 * The part of an outcome that is compared, read off its JSON without building anything else. It
 * understands what workers write, in any order; of the rest it says that one has to look properly.
 * For one thread.
 */
final class Glance {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /** Members of an outcome, the first of which have to be there. */
  private static final PropertyNameMatcher MEMBERS =
      names(
          "event",
          "policy",
          "counts",
          "reclaimed",
          "completedAt",
          "run",
          "kind",
          "children",
          "labelled",
          "notes",
          "duration",
          "attempts",
          "worker");

  private static final int MEMBERS_MIN = 5;

  private static final int EVENT = 0;
  private static final int POLICY = 1;
  private static final int COUNTED = 2;
  private static final int RECLAIMED = 3;
  private static final int COMPLETED_AT = 4;
  private static final int RUN = 5;

  private static final PropertyNameMatcher IDENTITY = names("source", "id", "plannedOn");
  private static final PropertyNameMatcher AMOUNTS = names("rows", "files", "bytes");
  private static final int AMOUNTS_ALL = 3;

  private static final PropertyNameMatcher COUNTS =
      names(
          "deleted",
          "deletedInferred",
          "marked",
          "protected",
          "held",
          "refused",
          "locked",
          "changed",
          "missing",
          "failed",
          "quarantined",
          "purged",
          "restored");

  /** The rest is left out where it is 0. */
  private static final int COUNTS_MIN = 10;

  private static final int COUNTS_ALL = 13;

  private final long[] counts = new long[COUNTS_ALL];
  private final long[] amounts = new long[AMOUNTS_ALL];
  private String source = "";
  private String id = "";
  private String day = "";
  private String policy = "";
  private @Nullable String run;
  private long completedMicros;

  /** False where one has to look properly; what is read then means nothing. */
  boolean read(byte @Nullable [] value) {
    if (value == null) {
      return false;
    }
    run = null;
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
      return json.nextToken() == JsonToken.START_OBJECT
          && members(json)
          && json.nextToken() == null;
    } catch (JacksonException | DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private static PropertyNameMatcher names(String... names) {
    return JSON.constructNameMatcher(
        Arrays.stream(names).map(String::intern).map(Named::fromString).toList(), true);
  }

  private boolean members(JsonParser json) {
    int found = 0;
    int place = json.nextNameMatch(MEMBERS);
    while (place >= 0) {
      if ((found & 1 << place) != 0 || !member(json, place, json.nextToken())) {
        return false;
      }
      found |= 1 << place;
      place = json.nextNameMatch(MEMBERS);
    }
    return place == PropertyNameMatcher.MATCH_END_OBJECT && hasFirst(MEMBERS_MIN, found);
  }

  private static boolean hasFirst(int number, int found) {
    int wanted = (1 << number) - 1;
    return (found & wanted) == wanted;
  }

  private boolean member(JsonParser json, int place, JsonToken token) {
    return switch (place) {
      case EVENT -> token == JsonToken.START_OBJECT && event(json);
      case COUNTED -> token == JsonToken.START_OBJECT && numbers(json, COUNTS, COUNTS_MIN, counts);
      case RECLAIMED ->
          token == JsonToken.START_OBJECT && numbers(json, AMOUNTS, AMOUNTS_ALL, amounts);
      case POLICY -> {
        policy = text(json, token);
        yield !policy.isEmpty();
      }
      case RUN -> {
        run = text(json, token);
        yield token == JsonToken.VALUE_STRING;
      }
      case COMPLETED_AT -> token == JsonToken.VALUE_STRING && time(json.getString());
      default -> {
        json.skipChildren();
        yield true;
      }
    };
  }

  private static String text(JsonParser json, JsonToken token) {
    return token == JsonToken.VALUE_STRING ? json.getString() : "";
  }

  private boolean event(JsonParser json) {
    String before = day;
    source = "";
    id = "";
    day = "";
    int members = 0;
    int place = json.nextNameMatch(IDENTITY);
    while (place >= 0) {
      String text = text(json, json.nextToken());
      switch (place) {
        case 0 -> source = text;
        case 1 -> id = text;
        default -> day = text;
      }
      members++;
      place = json.nextNameMatch(IDENTITY);
    }
    return place == PropertyNameMatcher.MATCH_END_OBJECT
        && members == 3
        && isName(source)
        && isName(id)
        && (day.equals(before) || day.equals(LocalDate.parse(day).toString()));
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.length() <= EventIdentity.LENGTH_MAX;
  }

  /** The first {@code least} names have to be there, each once. */
  private static boolean numbers(
      JsonParser json, PropertyNameMatcher names, int least, long[] into) {
    int found = 0;
    Arrays.fill(into, 0);
    int place = json.nextNameMatch(names);
    while (place >= 0) {
      if ((found & 1 << place) != 0 || json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        return false;
      }
      found |= 1 << place;
      into[place] = json.getLongValue();
      place = json.nextNameMatch(names);
    }
    return place == PropertyNameMatcher.MATCH_END_OBJECT && hasFirst(least, found);
  }

  /** Like {@code 2026-10-01T00:00:00.123456Z}, with any number of decimals or none. */
  private boolean time(String text) {
    int end = text.length() - 1;
    if (end < 19 || text.charAt(10) != 'T' || text.charAt(end) != 'Z') {
      return false;
    }
    boolean plain =
        text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && (end == 19 || (text.charAt(19) == '.' && end > 20 && end <= 29));
    if (!plain) {
      return false;
    }
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int micros = end == 19 ? 0 : micros(text, end);
    LocalDate date = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
    completedMicros =
        (date.toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second) * 1_000_000 + micros;
    return hour < 24 && minute < 60 && second < 60;
  }

  /** What is beyond them is cut off. */
  private static int micros(String text, int end) {
    int micros = 0;
    for (int at = 20; at < 26; at++) {
      micros = micros * 10 + (at < end ? digits(text, at, at + 1) : 0);
    }
    for (int at = 26; at < end; at++) {
      int unused = digits(text, at, at + 1);
    }
    return micros;
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int at = from; at < to; at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("no digit");
      }
      number = number * 10 + digit;
    }
    return number;
  }

  String policy() {
    return policy;
  }

  /** The entry of what was read last. */
  Entry entry(IdentityDigest digest, Groups groups, int partition, long offset) {
    Entry.Key key = digest.of(policy, source, id, day);
    return new Entry(
        key.high(),
        key.low(),
        groups.number(policy, run),
        completedMicros,
        amounts[0],
        amounts[1],
        amounts[2],
        counts[0],
        counts[2],
        partition,
        offset);
  }
}
