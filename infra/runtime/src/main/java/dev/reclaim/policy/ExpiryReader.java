package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.Age;
import dev.reclaim.policy.Expiry.EpochUnit;
import dev.reclaim.policy.Expiry.MinusInfinity;
import dev.reclaim.policy.Expiry.Orphaned;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads when rows expire. */
final class ExpiryReader {
  private static final Duration FILES_GONE_AFTER_MIN = Duration.ofHours(24);
  private static final Retention NO_RETENTION = new Retention.Exact(Duration.ofDays(365));

  private final Names names;

  ExpiryReader(Names names) {
    this.names = names;
  }

  Expiry read(Section section, TableName table) {
    boolean byAge =
        section.has("after")
            || section.has("by")
            || !(section.has("when") || section.has("orphaned"));
    Expiry expiry =
        new Expiry(
            byAge ? Optional.of(age(section)) : Optional.empty(),
            section.node("when").map(node -> section.expression("when", node)),
            section.optionalSection("orphaned").map(it -> orphaned(it, table)),
            section.node("files").isPresent() ? files(section) : Expiry.Files.ANY);
    section.end();
    if (expiry.dangling()) {
      requireOld(section, expiry);
    }
    return expiry;
  }

  private static Expiry.Files files(Section section) {
    return section.choice("files", Expiry.Files.ANY, Expiry.Files.values());
  }

  /** A row may be written before its file is. */
  private static void requireOld(Section section, Expiry expiry) {
    boolean old =
        expiry
            .age()
            .map(Age::after)
            .filter(after -> !(after instanceof Retention.Exact exact) || isLong(exact.length()))
            .isPresent();
    if (!old) {
      section.report(
          "files",
          "\"files: gone\" needs \"after\" and \"by\", of %d hours at least: a row may be written before its file",
          FILES_GONE_AFTER_MIN.toHours());
    }
  }

  private static boolean isLong(Duration after) {
    return after.compareTo(FILES_GONE_AFTER_MIN) >= 0;
  }

  private static Age age(Section section) {
    Optional<ZoneId> zone = section.zone("zone");
    return new Age(
        retention(section, zone),
        section.text("by"),
        zone,
        section
            .node("unit")
            .map(node -> section.choice("unit", EpochUnit.SECONDS, EpochUnit.values())),
        section
            .node("minus-infinity")
            .map(
                node ->
                    section.choice("minus-infinity", MinusInfinity.KEEP, MinusInfinity.values()))
            .orElse(MinusInfinity.KEEP));
  }

  private static Retention retention(Section section, Optional<ZoneId> zone) {
    return section.parsed(
        "after",
        NO_RETENTION,
        text -> {
          try {
            if (!Retention.isCalendar(text)) {
              return new Retention.Exact(Retention.exact(text));
            }
            if (zone.isEmpty() && !section.has("zone")) {
              throw section.wrong(
                  "after",
                  "\"after\" counts months or years: say on whose calendar, like zone: Europe/Berlin");
            }
            return new Retention.Calendar(Retention.calendar(text), zone.orElse(ZoneOffset.UTC));
          } catch (DateTimeException e) {
            throw section.wrong("after", "\"after\" %s", String.valueOf(e.getMessage()));
          }
        });
  }

  private Orphaned orphaned(Section section, TableName table) {
    Orphaned orphaned =
        new Orphaned(
            names.tableBeside(section, "parent", table),
            section.text("column"),
            section.optionalText("parent-column"));
    section.end();
    return orphaned;
  }
}
