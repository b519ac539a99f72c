package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/** Reads a row of {@code ledger_totals} as the account that it is a part of. */
final class LedgerTotal {
  private LedgerTotal() {}

  /** Labels as they lie in a column. */
  private record Labelled(Map<String, String> labels) {}

  static ReclaimedSpace of(ResultSet row) throws SQLException {
    MetricsWindow window =
        row.getString("span").equals("hour") ? MetricsWindow.HOUR : MetricsWindow.DAY;
    Instant start = row.getTimestamp("start").toInstant();
    return new ReclaimedSpace(
        row.getString("policy"),
        window,
        start,
        window.size().map(start::plus).orElseThrow(),
        labels(row.getString("labels")),
        new Reclaimed(row.getLong("rows"), row.getLong("files"), row.getLong("bytes")),
        counts(row),
        row.getLong("events"),
        0,
        row.getTimestamp("updated_at").toInstant());
  }

  private static Map<String, String> labels(String json) {
    byte[] whole = "{\"labels\":%s}".formatted(json).getBytes(UTF_8);
    return EventCodec.decode(whole, Labelled.class).labels();
  }

  private static OutcomeCounts counts(ResultSet row) throws SQLException {
    return new OutcomeCounts(
        row.getLong("deleted"),
        row.getLong("deleted_inferred"),
        row.getLong("marked"),
        row.getLong("protected"),
        row.getLong("held"),
        row.getLong("refused"),
        row.getLong("locked"),
        row.getLong("changed"),
        row.getLong("missing"),
        row.getLong("failed"),
        row.getLong("quarantined"),
        row.getLong("purged"),
        row.getLong("restored"));
  }
}
