package dev.reclaim.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.EventSchemas;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ErrorHeaderTest {
  @Test
  void publishedPageOfTheTopicsKnowsEveryHeader() {
    JsonNode page =
        YAMLMapper.builder().build().readTree(EventSchemas.text("asyncapi").orElseThrow());

    assertThat(page.at("/components/schemas/DeadLetter/properties").propertyNames())
        .containsExactlyInAnyOrder(
            Arrays.stream(ErrorHeader.values()).map(ErrorHeader::key).toArray(String[]::new));
  }
}
