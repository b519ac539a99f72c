package dev.reclaim.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.bench.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RowsReportTest {
  private static final List<String> MAIN =
      List.of("loop1000", "loop10000", "reclaim1", "reclaim4", "workers2");

  private final RowsReport report = new RowsReport();

  @Test
  void hasEveryFigureUnderItsName() {
    // Given
    report.add(
        comparison(
            "oneDelete 4",
            "loop1000 5",
            "loop10000 4",
            "reclaim1 8",
            "reclaim4 2.3",
            "workers2 2",
            "bare4 2",
            "bareCounted4 2.3",
            "planner 0.5",
            "replay 1"),
        "random");
    report.add(
        comparison(
            "oneDelete 4", "loop1000 5", "loop10000 4", "reclaim1 8", "reclaim4 2", "workers2 2"),
        "clustered");
    report.add(
        comparison("oneDelete 4", "detachAndDrop 0.05", "detachCountAndDrop 0.2", "reclaim4 0.4"),
        "partitioned");
    Map<String, Felt> felt = new LinkedHashMap<>();
    List.of("alone", "loop", "reclaim").forEach(it -> felt.put(it, new Felt(1, 2, 0, 100, 5)));
    report.addNeighbour(felt);
    report.addGrowth(List.of(new Growth(10, 5.5, 20, 30, 40, 8, 0.1)));
    report.addSpace(List.of(new Space("plain", 99L, 100), new Space("toast", null, 100)));

    // When
    JsonNode json = json();

    // Then
    assertThat(json.path("ratios").path("random").propertyNames()).containsExactlyElementsOf(MAIN);
    assertThat(json.path("ratios").path("clustered").propertyNames())
        .containsExactlyElementsOf(MAIN);
    assertThat(json.at("/ratios/random/loop1000").asDouble()).isEqualTo(0.8);
    assertThat(json.path("overheadOverBareJdbc").asDouble()).isCloseTo(0.15, within());
    assertThat(json.path("overheadOverBareJdbcCounted").asDouble()).isCloseTo(0, within());
    assertThat(json.path("plannerOverDelete").asDouble()).isEqualTo(8);
    assertThat(json.path("replayOverDelete").asDouble()).isEqualTo(4);
    assertThat(json.path("partitionOverDelete").asDouble()).isEqualTo(80);
    assertThat(json.path("partitionCountedOverDelete").asDouble()).isEqualTo(10);
    assertThat(json.path("neighbour").propertyNames()).containsExactly("alone", "loop", "reclaim");
    assertThat(json.at("/neighbour/loop").propertyNames()).contains("p50Ms", "p99Ms", "lockWaits");
    assertThat(json.at("/growth/0").propertyNames())
        .contains("rows", "rowsPerSecond", "plannerHeapMiB", "workerHeapMiB");
    assertThat(json.at("/space/0").propertyNames()).containsExactly("table", "estimate", "actual");
    assertThat(json.at("/space/1/estimate").isNull()).isTrue();
    assertThat(json.path("server").asString()).isEqualTo("PostgreSQL 15");
  }

  @Test
  void hasEveryFieldWhereNothingWasMeasured() {
    JsonNode json = json();

    for (String figure :
        List.of(
            "overheadOverBareJdbc",
            "plannerOverDelete",
            "replayOverDelete",
            "partitionOverDelete",
            "partitionCountedOverDelete")) {
      assertThat(json.has(figure)).as(figure).isTrue();
      assertThat(json.path(figure).isNull()).as(figure).isTrue();
    }
    assertThat(json.path("growth").isArray()).isTrue();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-9);
  }

  private JsonNode json() {
    JsonMapper mapper = JsonMapper.builder().build();
    return mapper.readTree(
        mapper.writeValueAsString(
            report.fields(Scale.full(5_000), Map.of("server", "PostgreSQL 15"))));
  }

  private static Comparison comparison(String... turns) {
    Comparison comparison = new Comparison("table", "oneDelete");
    for (String turn : turns) {
      String[] parts = turn.split(" ", 2);
      comparison.add(parts[0], (long) (Double.parseDouble(parts[1]) * 1e9), 1_000);
    }
    return comparison;
  }
}
