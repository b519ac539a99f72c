package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.EventSchemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SchemaCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy",
        "expired-records",
        "expired-partition",
        "orphaned-files",
        "quarantined-files",
        "cleanup-outcome",
        "reclaimed-space"
      })
  void printsAJsonSchema(String name) {
    Said said = Said.by("schema", name);

    assertThat(said.exitCode()).isZero();
    assertThat(JsonMapper.builder().build().readTree(said.out()).path("$id").asString())
        .isEqualTo("urn:reclaim:schema:" + name + ":v1");
  }

  @Test
  void printsThePageOfTheTopics() {
    assertThat(Said.by("schema", "asyncapi").out()).startsWith("asyncapi: 3.0.0");
  }

  @Test
  void saysWhichThereAre() {
    Said said = Said.by("schema", "expired");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.errors())
        .containsExactly(
            "There is no schema \"expired\". There are: "
                + String.join(", ", EventSchemas.names()));
  }

  @Test
  void saysInItsHelpWhichThereAre() {
    assertThat(Said.by("schema", "--help").out()).contains(EventSchemas.names());
  }
}
