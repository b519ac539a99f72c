package dev.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.policy.Expiry.Age;
import dev.reclaim.policy.Expiry.MinusInfinity;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database makes of zones, beside what java.time makes of them. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class CalendarIT {
  private static final int SAMPLES = 300;

  private Connection session;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    session = database.connect();
    try (Statement statement = session.createStatement()) {
      statement.execute("SET TIME ZONE 'UTC'");
    }
  }

  @AfterAll
  void close() throws SQLException {
    session.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "Pacific/Apia",
        "America/St_Johns",
        "Pacific/Kwajalein",
        "Asia/Kathmandu",
        "UTC",
        "+05:30",
        "UTC-3",
        "Etc/GMT+3"
      })
  void letsNothingGoBeforeJavaTimeWould(String name) throws SQLException {
    ZoneId zone = ZoneId.of(name);
    for (long seed = 0; seed < SAMPLES; seed++) {
      Random random = new Random(seed);
      // Given: a moment that many months after a time of an unquiet night, or late in a month
      Period length =
          Period.of(
              random.nextInt(3), 1 + random.nextInt(23), random.nextInt(2) * random.nextInt(40));
      LocalDateTime wall = seed % 3 == 0 ? monthEnd(random) : unquiet(zone, random).plus(length);
      Instant now =
          wall.plusDays(seed % 3 == 0 ? 0 : random.nextInt(3) - 1).atZone(zone).toInstant();

      // When
      Instant cutoff = cutoff(new Retention.Calendar(length, zone), now);

      // Then
      ZonedDateTime expected = now.atZone(zone).minus(length);
      String sample = "seed %d, %s before %s in %s".formatted(seed, length, now, zone);
      assertThat(cutoff).as(sample).isBeforeOrEqualTo(expected.toInstant());
      Instant least =
          zone.getRules().getValidOffsets(expected.toLocalDateTime()).stream()
              .map(offset -> expected.toLocalDateTime().toInstant(offset))
              .min(Instant::compareTo)
              .orElse(expected.toInstant());
      assertThat(cutoff).as(sample).isEqualTo(least);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "Pacific/Apia",
        "+05:30"
      })
  void takesATimeOnTheWallForItsLastShowing(String name) throws SQLException {
    ZoneId zone = ZoneId.of(name);
    TableName table = new TableName("d", "s", "t");
    RowPredicate predicate = new RowPredicate(policy(table, zone), types());
    for (long seed = 0; seed < SAMPLES; seed++) {
      // Given
      Random random = new Random(seed);
      LocalDateTime wall = unquiet(zone, random);
      Instant cutoff =
          wall.atZone(zone).toInstant().plusSeconds(random.nextInt(6 * 3600) - 3 * 3600L);

      // When
      boolean expired =
          texts(
                  "SELECT %s FROM (VALUES (timestamp '%s')) AS t (at)"
                      .formatted(predicate.expired(cutoff), wall))
              .equals("t");

      // Then
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(wall);
      boolean surely =
          offsets.isEmpty()
              ? wall.atZone(zone).toInstant().isBefore(cutoff)
              : offsets.stream().allMatch(offset -> wall.toInstant(offset).isBefore(cutoff));
      String sample = "seed %d, %s in %s before %s".formatted(seed, wall, zone, cutoff);
      assertThat(expired && !surely).as(sample).isFalse();
      if (wall.atZone(zone).toInstant().plus(25, ChronoUnit.HOURS).isBefore(cutoff)) {
        assertThat(expired).as(sample).isTrue();
      }
    }
  }

  /** A time on the wall within hours of a change of the clocks, or any, where they never change. */
  private static LocalDateTime unquiet(ZoneId zone, Random random) {
    Instant any = Instant.ofEpochSecond(500_000_000L + random.nextInt(1_200_000_000));
    ZoneOffsetTransition change = zone.getRules().previousTransition(any);
    LocalDateTime around =
        change == null ? LocalDateTime.ofInstant(any, zone) : change.getDateTimeBefore();
    return around
        .truncatedTo(ChronoUnit.SECONDS)
        .plusMinutes(random.nextInt(8 * 60) - 4 * 60)
        .plusSeconds(random.nextInt(2));
  }

  /** Of a leap year as often as not. */
  private static LocalDateTime monthEnd(Random random) {
    YearMonth month = YearMonth.of(2000 + 2 * random.nextInt(12), 1 + random.nextInt(12));
    return month
        .atEndOfMonth()
        .minusDays(random.nextInt(2))
        .atTime(random.nextInt(24), random.nextInt(60));
  }

  private Instant cutoff(Retention retention, Instant now) throws SQLException {
    String sql = retention.cutoffSql("timestamptz '" + now + "'");
    return OffsetDateTime.parse(
            texts("SELECT to_char(%s, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')".formatted(sql)))
        .toInstant();
  }

  private String texts(String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static RowPolicy policy(TableName table, ZoneId zone) {
    Age age =
        new Age(
            new Retention.Exact(Duration.ofSeconds(1)),
            "at",
            Optional.of(zone),
            Optional.empty(),
            MinusInfinity.KEEP);
    return new RowPolicy(
        "p",
        table,
        Expiry.of(age),
        List.of(),
        RowPolicy.Keeping.NOTHING,
        RowPolicy.Effect.DELETE,
        Map.of(),
        Terms.ON_DEMAND);
  }

  private static TableTypes types() {
    return new TableTypes() {
      @Override
      public ColumnType type(TableName table, String column) {
        return new ColumnType("timestamp without time zone");
      }

      @Override
      public List<String> key(TableName table) {
        return List.of("at");
      }
    };
  }
}
