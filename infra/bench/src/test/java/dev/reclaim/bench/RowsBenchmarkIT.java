package dev.reclaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real command over tables so small that its figures mean nothing. The whole of it takes
 * minutes and is tried with {@code -Dreclaim.bench.whole=true} only.
 */
@Tag("soak")
class RowsBenchmarkIT {
  private static final long END_MINUTES_MAX = 10;

  @TempDir private Path directory;

  @Test
  void comparesAllContendersOnTheMainTable() throws Exception {
    JsonNode figures = measured("--only", "random");

    requireRatios(figures, "random");
    requireNumbers(figures, "overheadOverBareJdbc", "plannerOverDelete", "replayOverDelete");
    assertThat(figures.at("/settings/fsync").asString()).isEqualTo("on");
    assertThat(figures.at("/settings/synchronous_commit").asString()).isEqualTo("on");
  }

  @Test
  @EnabledIfSystemProperty(named = "reclaim.bench.whole", matches = "true")
  void measuresEveryFigure() throws Exception {
    JsonNode figures = measured();

    requireRatios(figures, "random");
    requireRatios(figures, "clustered");
    requireNumbers(
        figures,
        "overheadOverBareJdbc",
        "plannerOverDelete",
        "replayOverDelete",
        "partitionOverDelete",
        "partitionCountedOverDelete");
    for (String beside : List.of("alone", "loop", "reclaim")) {
      assertThat(figures.at("/neighbour/" + beside + "/p99Ms").asDouble()).isPositive();
      assertThat(figures.at("/neighbour/" + beside + "/lockWaits").isNumber()).isTrue();
    }
    assertThat(figures.path("growth").size()).isEqualTo(3);
    assertThat(figures.at("/growth/0/workerHeapMiB").asDouble()).isBetween(1.0, 128.0);
    assertThat(figures.path("space").size()).isEqualTo(3);
  }

  private JsonNode measured(String... more) throws Exception {
    Path json = directory.resolve("rows.json");
    Path said = directory.resolve("said.txt");
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "rows",
                "--quick",
                "--jobs",
                "2000",
                "--json",
                json.toString()));
    line.addAll(List.of(more));
    Process command =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = command.waitFor(END_MINUTES_MAX, TimeUnit.MINUTES);
    command.destroyForcibly();

    assertThat(ended && command.exitValue() == 0).as(Files.readString(said)).isTrue();
    return JsonMapper.builder().build().readTree(Files.readAllBytes(json));
  }

  private static void requireRatios(JsonNode figures, String table) {
    for (String contender : List.of("loop1000", "loop10000", "reclaim1", "reclaim4", "workers2")) {
      assertThat(figures.at("/ratios/" + table + "/" + contender).asDouble())
          .as(table + " " + contender)
          .isPositive();
    }
  }

  private static void requireNumbers(JsonNode figures, String... names) {
    for (String figure : names) {
      assertThat(figures.path(figure).isNumber()).as(figure).isTrue();
    }
  }
}
