package dev.reclaim.bench.oracle;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every account that there is, read where anyone can read it. */
public final class Accounts {
  private static final String WENT =
      "SELECT count(*), coalesce(sum(bytes), 0) FROM gone WHERE NOT ours AND tbl <> 'assets'";

  /** All that was planted, but for what is still there or was taken back by the application. */
  private static final String HAD_TO_GO =
      """
      SELECT count(*), coalesce(sum(p.bytes), 0) FROM planted p
       WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE (g.tbl, g.key) = (p.tbl, p.key) AND g.ours)
         AND CASE p.tbl
               WHEN 'sessions' THEN NOT EXISTS (SELECT 1 FROM sessions WHERE id = p.key)
               WHEN 'jobs' THEN NOT EXISTS (SELECT 1 FROM jobs WHERE id = p.key)
               ELSE NOT EXISTS (SELECT 1 FROM logs WHERE id = p.key) END
      """;

  private static final String LEDGER =
      "SELECT source, id, planned_on::text, rows, files, bytes FROM reclaim.ledger";

  private static final String LEDGER_BY_POLICY =
      "SELECT policy, sum(rows), sum(files), sum(bytes) FROM reclaim.ledger GROUP BY policy";

  /** After the name of a window. */
  static final String BY_LABEL = " by label";

  private final Evidence evidence;

  public Accounts(Evidence evidence) {
    this.evidence = evidence;
  }

  /** What really went. */
  public Sums deleted() throws SQLException {
    List<FileWitness.Gone> files = evidence.files().gone();
    long bytes = files.stream().mapToLong(FileWitness.Gone::size).sum();
    return rows(WENT).plus(new Sums(0, files.size(), bytes));
  }

  /** What had to go. */
  public Sums planted() throws SQLException {
    Map<String, FileWitness.Present> files = new HashMap<>(evidence.files().planted());
    files.keySet().removeAll(evidence.files().present().keySet());
    long bytes = files.values().stream().mapToLong(FileWitness.Present::size).sum();
    return rows(HAD_TO_GO).plus(new Sums(0, files.size(), bytes));
  }

  private Sums rows(String sql) throws SQLException {
    List<@Nullable String> row = evidence.query(sql).get(0);
    return new Sums(number(row.get(0)), 0, number(row.get(1)));
  }

  /** What the ledger has of each event. */
  Map<EventId, Sums> ledger() throws SQLException {
    Map<EventId, Sums> sums = new HashMap<>();
    for (List<@Nullable String> row : evidence.query(LEDGER)) {
      EventId event =
          new EventId(
              String.valueOf(row.get(0)), String.valueOf(row.get(1)), String.valueOf(row.get(2)));
      sums.put(event, sums(row.subList(3, 6)));
    }
    return sums;
  }

  /** What the ledger has in all. */
  public Sums ledgerSum() throws SQLException {
    return Sums.of(ledger().values());
  }

  Map<String, Sums> ledgerByPolicy() throws SQLException {
    Map<String, Sums> sums = new HashMap<>();
    for (List<@Nullable String> row : evidence.query(LEDGER_BY_POLICY)) {
      sums.put(String.valueOf(row.get(0)), sums(row.subList(1, 4)));
    }
    return sums;
  }

  /** What was said of each event; who says it twice has to say the same. */
  Map<EventId, Sums> outcomes(List<String> violations) {
    Map<EventId, byte[]> said = new HashMap<>();
    Map<EventId, Sums> sums = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : evidence.topic("outcomes")) {
      JsonNode outcome = JsonMapper.shared().readTree(record.value());
      EventId event =
          new EventId(
              outcome.at("/event/source").asString(),
              outcome.at("/event/id").asString(),
              outcome.at("/event/plannedOn").asString());
      byte[] before = said.putIfAbsent(event, record.value());
      if (before != null && !Arrays.equals(before, record.value())) {
        violations.add("two different outcomes of " + event);
      }
      sums.put(event, sums(outcome.get("reclaimed")));
    }
    return sums;
  }

  /** What the metrics have by policy, for each kind of window, and for those of labels. */
  Map<String, Map<String, Sums>> metrics() {
    Map<JsonNode, JsonNode> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : evidence.topic("metrics")) {
      newest.put(
          JsonMapper.shared().readTree(record.key()), JsonMapper.shared().readTree(record.value()));
    }
    Map<String, Map<String, Sums>> windows = new HashMap<>();
    newest.forEach(
        (key, value) -> {
          String window =
              key.get("window").asString() + (key.get("labels") == null ? "" : BY_LABEL);
          windows
              .computeIfAbsent(window, it -> new HashMap<>())
              .merge(key.get("policy").asString(), sums(value.get("reclaimed")), Sums::plus);
        });
    return windows;
  }

  /** What the metrics have for all time. */
  public Sums metricsSum() {
    return Sums.of(metrics().getOrDefault("all", Map.of()).values());
  }

  private static Sums sums(JsonNode reclaimed) {
    return new Sums(
        reclaimed.get("rows").asLong(),
        reclaimed.get("files").asLong(),
        reclaimed.get("bytes").asLong());
  }

  private static Sums sums(List<@Nullable String> row) {
    return new Sums(number(row.get(0)), number(row.get(1)), number(row.get(2)));
  }

  private static long number(@Nullable String text) {
    return Long.parseLong(String.valueOf(text));
  }
}
