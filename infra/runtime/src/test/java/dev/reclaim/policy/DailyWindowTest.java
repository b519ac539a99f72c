package dev.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DailyWindowTest {
  private static final String BERLIN = " Europe/Berlin";

  @ParameterizedTest
  @CsvSource({
    // Summer: UTC is two hours behind.
    "22:00-06:00, 2026-07-01T19:59:59Z, false",
    "22:00-06:00, 2026-07-01T20:00:00Z, true",
    "22:00-06:00, 2026-07-01T22:00:00Z, true",
    "22:00-06:00, 2026-07-02T03:59:59Z, true",
    "22:00-06:00, 2026-07-02T04:00:00Z, false",
    // Winter: one hour.
    "22:00-06:00, 2026-12-01T20:30:00Z, false",
    "22:00-06:00, 2026-12-01T21:00:00Z, true",
    // Within a day, and up to its end.
    "01:00-02:00, 2026-12-01T00:30:00Z, true",
    "01:00-02:00, 2026-12-01T22:30:00Z, false",
    "22:00-00:00, 2026-12-01T22:59:59Z, true",
    "22:00-00:00, 2026-12-01T23:00:00Z, false",
    "00:00-23:59, 2026-12-01T22:59:00Z, false",
    // The clock goes from 02:00 to 03:00: a window in between is not there that night.
    "02:15-02:45, 2026-03-29T00:59:59Z, false",
    "02:15-02:45, 2026-03-29T01:00:00Z, false",
    "02:30-04:00, 2026-03-29T01:00:00Z, true",
    // The clock shows 02:00 to 03:00 twice.
    "02:00-02:30, 2026-10-25T00:15:00Z, true",
    "02:00-02:30, 2026-10-25T00:45:00Z, false",
    "02:00-02:30, 2026-10-25T01:15:00Z, true",
    "02:00-02:30, 2026-10-25T01:30:00Z, false",
  })
  void isOpenByTheWallClockOfItsZone(String hours, Instant moment, boolean open) {
    assertThat(DailyWindow.parse(hours + BERLIN).isOpen(moment)).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "22:00-06:00, 2026-07-01T04:00:00Z, 2026-07-01T20:00:00Z",
    "22:00-06:00, 2026-07-01T20:00:00Z, 2026-07-02T20:00:00Z",
    "22:00-06:00, 2026-10-25T12:00:00Z, 2026-10-25T21:00:00Z",
    "02:30-04:00, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z",
    "02:15-02:45, 2026-03-28T12:00:00Z, 2026-03-30T00:15:00Z",
  })
  void saysWhenItOpensNext(String hours, Instant moment, Instant opens) {
    assertThat(DailyWindow.parse(hours + BERLIN).opensAfter(moment).toInstant()).isEqualTo(opens);
  }
}
