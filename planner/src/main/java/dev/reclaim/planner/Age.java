package dev.reclaim.planner;

import dev.reclaim.policy.Retention;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Ages in words. */
final class Age {
  private static final long HOURS_FROM = 1;
  private static final long DAYS_FROM = 2;

  private Age() {}

  /** How old something is, in its largest fitting unit. */
  static String between(Optional<String> since, Instant at) {
    try {
      return since.map(Instant::parse).map(it -> between(it, at)).orElse("of unknown age");
    } catch (DateTimeException e) {
      return "older than any";
    }
  }

  static String between(Instant since, Instant at) {
    Duration age = Duration.between(since, at);
    if (age.toDays() >= DAYS_FROM) {
      return age.toDays() + " days old";
    }
    return age.toHours() > HOURS_FROM
        ? age.toHours() + " hours old"
        : age.toMinutes() + " minutes old";
  }

  /** A retention in days where it is some: {@code P30D} and not {@code PT720H}. */
  static String of(Retention retention) {
    return retention instanceof Retention.Exact exact ? of(exact.length()) : retention.toString();
  }

  static String of(Duration length) {
    return Duration.ofDays(length.toDays()).equals(length)
        ? "P" + length.toDays() + "D"
        : length.toString();
  }
}
