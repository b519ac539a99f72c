package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo as a script would call it. */
class DemoIT {
  @TempDir private Path directory;

  @RepeatedTest(2)
  void provesItsAccountsAndReportsThem() {
    // Given
    Path report = directory.resolve("report.json");

    // When
    Said said =
        Said.by("demo", "--once", "--json", report.toString(), "--rows", "2000", "--files", "200");

    // Then
    assertThat(said.exitCode()).as(said.toString()).isZero();
    assertThat(said.errors()).noneMatch(line -> line.contains("ERROR") || line.contains("\tat "));
    JsonNode json = JsonMapper.shared().readTree(report);
    assertThat(json.propertyNames())
        .containsExactlyInAnyOrder(
            "verified",
            "seconds",
            "planted",
            "deleted",
            "ledger",
            "metrics",
            "wronglyDeleted",
            "leftBehind",
            "policies");
    assertThat(json.get("verified").asBoolean()).isTrue();
    JsonNode planted = json.get("planted");
    assertThat(planted.propertyNames()).containsExactlyInAnyOrder("rows", "files", "bytes");
    assertThat(planted.get("rows").asLong()).isEqualTo(2_000);
    assertThat(planted.get("files").asLong()).isEqualTo(200);
    assertThat(json.get("deleted")).isEqualTo(planted);
    assertThat(json.get("ledger")).isEqualTo(planted);
    assertThat(json.get("metrics")).isEqualTo(planted);
    assertThat(json.get("wronglyDeleted").asLong()).isZero();
    assertThat(json.get("leftBehind").asLong()).isZero();
    assertThat(json.get("policies"))
        .hasSize(12)
        .allSatisfy(
            policy ->
                assertThat(policy.propertyNames())
                    .containsExactlyInAnyOrder("name", "rows", "files", "bytes", "protected"));
  }
}
