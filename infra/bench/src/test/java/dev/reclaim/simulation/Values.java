package dev.reclaim.simulation;

import dev.reclaim.events.EventIdentity;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The values of a statement's parameters, read as what its text casts them to. */
final class Values {
  private final @Nullable Object[] all;

  Values(@Nullable Object[] all) {
    this.all = all;
  }

  @Nullable String text(int at) {
    Object value = all[at];
    return value == null ? null : value.toString();
  }

  String word(int at) {
    Object value = all[at];
    if (value == null) {
      throw new IllegalArgumentException("NULL at " + at);
    }
    return value.toString();
  }

  long number(int at) {
    return ((Number) required(at)).longValue();
  }

  boolean flag(int at) {
    return (Boolean) required(at);
  }

  LocalDate day(int at) {
    Object value = required(at);
    return value instanceof LocalDate day ? day : LocalDate.parse(value.toString());
  }

  /** The only interval among them, wherever it stands. */
  Duration interval() {
    for (Object value : all) {
      if (value instanceof String text && text.matches("PT?\\d.*")) {
        return Duration.parse(text);
      }
    }
    throw new IllegalArgumentException("no interval");
  }

  @Nullable Instant time(int at) {
    Object value = all[at];
    if (value instanceof Timestamp time) {
      return time.toInstant();
    }
    return value instanceof OffsetDateTime time ? time.toInstant() : (Instant) value;
  }

  Object[] array(int at) {
    return (Object[]) required(at);
  }

  String[] texts(int at) {
    Object[] array = array(at);
    String[] texts = new String[array.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(array[i]);
    }
    return texts;
  }

  /** Day, source and id, from there on. */
  EventIdentity identity(int at) {
    return new EventIdentity(word(at + 1), word(at + 2), day(at));
  }

  /** The i-th of arrays of days, sources and ids. */
  EventIdentity identity(int at, int i) {
    return new EventIdentity(
        array(at + 1)[i].toString(), array(at + 2)[i].toString(), LocalDate.parse(texts(at)[i]));
  }

  private Object required(int at) {
    Object value = all[at];
    if (value == null) {
      throw new IllegalArgumentException("NULL at " + at);
    }
    return value;
  }
}
