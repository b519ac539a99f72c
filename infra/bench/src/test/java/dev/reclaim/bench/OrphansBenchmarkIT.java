package dev.reclaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real command over so few keys that its figures mean nothing. */
@Tag("soak")
class OrphansBenchmarkIT {
  private static final long END_MINUTES_MAX = 5;

  @TempDir private Path directory;

  @Test
  void findsExactlyTheOrphansWithEachContender() throws Exception {
    JsonNode run = measured().at("/runs/0");

    assertThat(run.path("listed").asLong()).isEqualTo(20_000);
    assertThat(run.path("references").asLong()).isEqualTo(19_000);
    assertThat(run.path("orphans").asLong()).isEqualTo(1_000);
    assertThat(run.path("peakHeapMiB").asDouble()).isBetween(1.0, 128.0);
    for (String figure : List.of("keysPerSecond", "hashSetKeysPerSecond", "sqlKeysPerSecond")) {
      assertThat(run.path(figure).asDouble()).as(figure).isPositive();
    }
  }

  private JsonNode measured() throws Exception {
    Path json = directory.resolve("orphans.json");
    Path said = directory.resolve("said.txt");
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Bench.class.getName(),
            "orphans",
            "--listed",
            "20000",
            "--warm",
            "2000",
            "--json",
            json.toString());
    Process command =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = command.waitFor(END_MINUTES_MAX, TimeUnit.MINUTES);
    command.destroyForcibly();

    assertThat(ended && command.exitValue() == 0).as(Files.readString(said)).isTrue();
    return JsonMapper.builder().build().readTree(Files.readAllBytes(json));
  }
}
