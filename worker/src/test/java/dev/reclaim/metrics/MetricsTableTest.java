package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTableTest {
  private static final Instant HOUR = Instant.parse("2026-10-01T13:00:00Z");

  @Test
  void keepsTheNewestValueOfAKey() {
    MetricsTable table = new MetricsTable(10);

    table.apply(record("logs", MetricsWindow.ALL, HOUR, 1));
    table.apply(record("logs", MetricsWindow.ALL, HOUR, 2));

    assertThat(table.snapshot().values())
        .extracting(space -> space.reclaimed().rows())
        .containsExactly(2L);
  }

  @Test
  void holdsOnlyWhatIsWanted() {
    MetricsTable table = new MetricsTable(10, key -> key.window() == MetricsWindow.ALL);

    table.apply(record("logs", MetricsWindow.ALL, HOUR, 1));
    table.apply(record("logs", MetricsWindow.DAY, HOUR, 1));

    assertThat(table.snapshot().keySet())
        .extracting(MetricsKey::window)
        .containsExactly(MetricsWindow.ALL);
  }

  @Test
  void forgetsAKeyWithoutValue() {
    MetricsTable table = new MetricsTable(10);
    ConsumerRecord<byte[], byte[]> known = record("logs", MetricsWindow.ALL, HOUR, 1);

    table.apply(known);
    table.apply(record(known.key(), null));

    assertThat(table.snapshot()).isEmpty();
  }

  @Test
  void letsGoOfTheOldestHoursFirst() {
    MetricsTable table = new MetricsTable(3);

    table.apply(record("logs", MetricsWindow.ALL, HOUR, 1));
    table.apply(record("logs", MetricsWindow.DAY, HOUR.minus(Duration.ofDays(9)), 1));
    table.apply(record("logs", MetricsWindow.HOUR, HOUR, 1));
    table.apply(record("logs", MetricsWindow.HOUR, HOUR.minus(Duration.ofHours(1)), 1));

    assertThat(table.snapshot().keySet())
        .containsExactly(
            new MetricsKey("logs", MetricsWindow.HOUR, HOUR),
            new MetricsKey("logs", MetricsWindow.DAY, Instant.parse("2026-09-22T00:00:00Z")),
            new MetricsKey("logs", MetricsWindow.ALL, null));
  }

  @Test
  void keepsLabelsApartAndLetsGoOfTheirDaysBeforeAnythingElse() {
    MetricsTable table = new MetricsTable(3);
    table.apply(record("logs", MetricsWindow.HOUR, HOUR.minus(Duration.ofDays(9)), 1));
    table.apply(record("logs", MetricsWindow.ALL, HOUR, 1));

    table.apply(part("logs", MetricsWindow.ALL, "mp4"));
    table.apply(part("logs", MetricsWindow.DAY, "mp4"));
    assertThat(table.snapshot().keySet())
        .extracting(key -> key.window() + " " + key.labels())
        .containsExactly("HOUR {}", "ALL {format=mp4}", "ALL {}");
    table.apply(part("logs", MetricsWindow.ALL, "mov"));

    assertThat(table.snapshot().keySet())
        .extracting(key -> key.window() + " " + key.labels())
        .containsExactly("ALL {format=mov}", "ALL {format=mp4}", "ALL {}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no key|{}|Unrecognized token",
        "{}|{}|a member is missing",
        "{\"policy\":\"p\",\"window\":\"all\"}|{}|",
        "{\"policy\":\"p\",\"window\":\"week\"}|{}|week",
      })
  void saysWhichRecordIsNoMetricsRecord(String key, String value, @Nullable String reason) {
    MetricsTable table = new MetricsTable(10);

    assertThatThrownBy(() -> table.apply(record(key.getBytes(UTF_8), value.getBytes(UTF_8))))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("reclaim.metrics, partition 0, offset 7 is no metrics record: ")
        .hasMessageContaining(reason == null ? "" : reason);
    assertThat(table.snapshot()).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String policy, MetricsWindow window, Instant time, int rows) {
    CleanupOutcome outcome = Outcomes.outcome(policy, "id", rows, time);
    MetricsKey key = Sums.key(outcome, window, Map.of());
    ReclaimedSpace space = Sums.plus(Sums.none(key, outcome.completedAt()), outcome);
    return record(EventCodec.encode(key), EventCodec.encode(space));
  }

  private static ConsumerRecord<byte[], byte[]> part(
      String policy, MetricsWindow window, String format) {
    CleanupOutcome outcome = Outcomes.outcome(policy, "id", 1, HOUR);
    MetricsKey key = Sums.key(outcome, window, Map.of("format", format));
    return record(EventCodec.encode(key), EventCodec.encode(Sums.none(key, outcome.completedAt())));
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("reclaim.metrics", 0, 7, key, value);
  }
}
