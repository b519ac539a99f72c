package dev.reclaim.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long things live. What it means at a moment is computed by the database, on its clock. */
public sealed interface Retention {
  /** {@code 30d}, {@code 12h}; a bare {@code m} could be minutes or months and is not known. */
  Pattern SHORT = Pattern.compile("(\\d{1,9})\\s?(s|min|h|d|w)");

  /** Longer than any data is old; beyond it arithmetic of databases ends. */
  Duration MAX = Duration.ofDays(365L * 200);

  /**
   * SQL of the latest cutoff that the retention allows.
   *
   * @param now SQL of a {@code timestamptz}
   */
  String cutoffSql(String now);

  /** Seconds by the clock; days are 24 hours. */
  record Exact(Duration length) implements Retention {
    @Override
    public String cutoffSql(String now) {
      return "%s - interval '%d seconds'".formatted(now, length.toSeconds());
    }

    @Override
    public String toString() {
      return length.toString();
    }
  }

  /**
   * Years, months and days on the calendar of a zone; the end of a month stays the end.
   *
   * <p>An hour that a clock shows twice is taken for its first showing, which keeps more.
   */
  record Calendar(Period length, ZoneId zone) implements Retention {
    /**
     * What a clock has ever been put back by, a day at the date line included: reckoned from before
     * the change, the wall's time is its first showing, if it was shown at all.
     */
    private static final String STEPS = "'{0:00,0:20,0:30,1:00,1:30,2:00,3:00,24:00}'::interval[]";

    @Override
    public String cutoffSql(String now) {
      String at = "AT TIME ZONE " + Sql.zone(zone);
      return """
      (SELECT min((wall - step) %1$s + step)
         FROM (SELECT %2$s %1$s - interval '%3$s' AS wall) AS reclaim_wall, unnest(%4$s) AS step
        WHERE step = interval '0' OR ((wall - step) %1$s + step) %1$s = wall)"""
          .formatted(at, now, length, STEPS);
    }

    @Override
    public String toString() {
      return length + " in " + zone;
    }
  }

  /**
   * Reads an exact span: ISO 8601 of weeks, days, hours, minutes and seconds, or {@code 30d}.
   *
   * @throws DateTimeException saying what is expected
   */
  static Duration exact(String text) {
    Duration length;
    Matcher brief = SHORT.matcher(text);
    if (brief.matches()) {
      length = brief(Long.parseLong(brief.group(1)), brief.group(2));
    } else {
      try {
        length = Duration.parse(weeksAsDays(text));
      } catch (DateTimeException e) {
        throw new DateTimeException(
            "has to be a number with a unit, like 30d, 12h, P30D or PT12H, not " + text, e);
      }
    }
    if (length.isZero() || length.isNegative()) {
      throw new DateTimeException("has to be longer than nothing, not " + text);
    }
    if (length.compareTo(MAX) > 0) {
      throw new DateTimeException("is longer than 200 years: " + text);
    }
    if (length.toSeconds() == 0) {
      throw new DateTimeException("has to be a second at least, not " + text);
    }
    return length;
  }

  /**
   * Reads a span on the calendar, {@code P6M} or {@code P1Y3M10D}.
   *
   * @throws DateTimeException saying what is expected
   */
  static Period calendar(String text) {
    Period length;
    try {
      length = Period.parse(text);
    } catch (DateTimeException e) {
      throw new DateTimeException(
          "has to be years, months and days alone when it has months or years, like P6M, not "
              + text,
          e);
    }
    if (length.isNegative() || length.isZero()) {
      throw new DateTimeException("has to be longer than nothing, not " + text);
    }
    if (length.toTotalMonths() > 200 * 12) {
      throw new DateTimeException("is longer than 200 years: " + text);
    }
    return length;
  }

  /** Whether the text counts months or years, whose length the calendar decides. */
  static boolean isCalendar(String text) {
    return text.matches("(?i)P[^T]*[YM].*");
  }

  private static String weeksAsDays(String text) {
    Matcher weeks = Pattern.compile("(?i)P(\\d{1,6})W").matcher(text);
    return weeks.matches() ? "P" + Long.parseLong(weeks.group(1)) * 7 + "D" : text;
  }

  private static Duration brief(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "min" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      case "w" -> Duration.ofDays(7 * count);
      default -> throw new DateTimeException("unknown unit " + unit);
    };
  }
}
