package dev.reclaim.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hours of every day, {@code 22:00-06:00 Europe/Berlin}, over midnight where they end before they
 * begin.
 *
 * <p>What a wall clock of the zone shows decides: hours that it leaves out in spring are not there,
 * and those that it shows twice in autumn count both times.
 *
 * @param opens the first moment that is inside
 * @param closes the first moment that is outside again
 */
public record DailyWindow(LocalTime opens, LocalTime closes, ZoneId zone) {
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2}) +(\\S+)");

  /** Far enough ahead for a day that a zone leaves out as a whole. */
  private static final int DAYS_AHEAD_MAX = 3;

  /**
   * Reads {@code 22:00-06:00 Europe/Berlin}.
   *
   * @throws DateTimeException saying what is expected
   */
  static DailyWindow parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new DateTimeException(
          "has to be two times of day and a zone, like \"22:00-06:00 Europe/Berlin\", not " + text);
    }
    DailyWindow window =
        new DailyWindow(time(parts.group(1)), time(parts.group(2)), zone(parts.group(3)));
    if (window.opens().equals(window.closes())) {
      throw new DateTimeException(
          "opens and closes at %s: leave it out where any time is right".formatted(window.opens()));
    }
    return window;
  }

  private static LocalTime time(String text) {
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw new DateTimeException(
          "has to have times from 00:00 to 23:59, not %s".formatted(text), e);
    }
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new DateTimeException(
          "has to end with a zone like UTC or Europe/Berlin, not " + text, e);
    }
  }

  /** Whether the moment is inside. */
  public boolean isOpen(Instant moment) {
    LocalTime time = LocalTime.ofInstant(moment, zone);
    return opens.isBefore(closes)
        ? !time.isBefore(opens) && time.isBefore(closes)
        : !time.isBefore(opens) || time.isBefore(closes);
  }

  /** When it opens next, the moment itself left out. */
  public ZonedDateTime opensAfter(Instant moment) {
    LocalDate today = LocalDate.ofInstant(moment, zone);
    for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
      Instant opening = opening(today.plusDays(days));
      if (opening.isAfter(moment) && isOpen(opening)) {
        return opening.atZone(zone);
      }
    }
    return opening(today.plusDays(DAYS_AHEAD_MAX)).atZone(zone);
  }

  /** A time that the clock leaves out has come when it has gone on. */
  private Instant opening(LocalDate day) {
    LocalDateTime time = day.atTime(opens);
    @Nullable ZoneOffsetTransition change = zone.getRules().getTransition(time);
    return change != null && change.isGap() ? change.getInstant() : time.atZone(zone).toInstant();
  }

  @Override
  public String toString() {
    return opens + "-" + closes + " " + zone;
  }
}
