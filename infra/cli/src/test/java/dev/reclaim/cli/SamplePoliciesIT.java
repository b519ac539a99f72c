package dev.reclaim.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.cli.demo.Amounts;
import dev.reclaim.cli.demo.Oracle;
import dev.reclaim.cli.demo.SampleServers;
import dev.reclaim.cli.demo.SampleSystems;
import dev.reclaim.cli.demo.Verdict;
import dev.reclaim.embedded.EmbeddedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files under {@code infra/policies} by the commands, over the systems that they are about. */
class SamplePoliciesIT {
  private static final Path POLICIES = Path.of("..", "policies");

  @TempDir private Path directory;

  @Test
  void plansWhatItThenDoesKeyByKeyAndByteByByte() throws Exception {
    try (EmbeddedServers servers = EmbeddedServers.start(directory.resolve("servers"))) {
      // Given data that nobody touches any more
      SampleSystems systems =
          SampleSystems.create(
              new SampleServers(servers.postgres(), servers.s3(), directory.resolve("stores")));
      systems.plant(new Amounts(600, 200));
      Oracle oracle = systems.oracle();
      oracle.before();
      String at = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();

      requireSound(systems);

      // When
      JsonNode plan = reclaim(systems, "plan", at);
      JsonNode run = reclaim(systems, "run", at, "--kafka", servers.kafka().bootstrapServers());

      // Then
      Map<String, List<String>> planned = keys("plan");
      Map<String, List<String>> done = keys("run");
      assertThat(planned).hasSize(12);
      assertThat(done.keySet()).isEqualTo(planned.keySet());
      planned.forEach(
          (policy, lines) ->
              assertThat(done.get(policy)).as(policy).containsExactlyElementsOf(lines));
      assertThat(planned.get("render-jobs"))
          .as("linked files")
          .anyMatch(line -> line.contains("\"path\""));
      for (int i = 0; i < 12; i++) {
        JsonNode forecast = plan.get("policies").get(i);
        JsonNode account = run.get("policies").get(i);
        String policy = forecast.get("policy").asString();
        assertThat(account.get("name").asString()).isEqualTo(policy);
        assertThat(account.get("reclaimed")).as(policy).isEqualTo(forecast.get("reclaimed"));
        assertThat(account.get("claimed")).as(policy).isEqualTo(forecast.get("claimed"));
        assertThat(account.get("cutoff")).as(policy).isEqualTo(forecast.get("cutoff"));
        assertThat(account.get("protectedRows"))
            .as(policy)
            .isEqualTo(forecast.get("stays").get("guarded"));
        assertThat(account.get("files").get("protected"))
            .as(policy)
            .isEqualTo(forecast.get("linkedFiles").get("kept"));
      }
      Verdict verdict = oracle.after();
      assertThat(verdict.wronglyDeleted()).isZero();
      assertThat(verdict.leftBehind()).isZero();
    }
  }

  /** Whatever is warned of, there is no mistake in any of them. */
  private void requireSound(SampleSystems systems) throws IOException, InterruptedException {
    try (ReclaimProcess process =
        ReclaimProcess.start(
            directory,
            "validate",
            systems.variables(),
            "validate",
            "--policies",
            POLICIES.toString())) {
      assertThat(process.awaitEnd()).as(process.errors()).isZero();
    }
  }

  private JsonNode reclaim(SampleSystems systems, String command, String at, String... more)
      throws IOException, InterruptedException {
    Path json = directory.resolve(command + ".json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--policies",
                POLICIES.toString(),
                "--at",
                at,
                "--json",
                json.toString(),
                "--keys",
                directory.resolve(command + ".jsonl").toString()));
    arguments.addAll(List.of(more));
    try (ReclaimProcess process =
        ReclaimProcess.start(
            directory, command, systems.variables(), arguments.toArray(String[]::new))) {
      assertThat(process.awaitEnd()).as(process.errors()).isZero();
    }
    return JsonMapper.shared().readTree(json);
  }

  /** Sorted, by policy. */
  private Map<String, List<String>> keys(String command) throws IOException {
    return Files.readAllLines(directory.resolve(command + ".jsonl")).stream()
        .sorted()
        .collect(
            groupingBy(
                line -> JsonMapper.shared().readTree(line).get("policy").asString(),
                TreeMap::new,
                toList()));
  }
}
