package dev.reclaim.events;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schemas, as an implementation that is not ours understands them. */
final class Schemas {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private Schemas() {}

  static JsonNode tree(String name) {
    return JSON.readTree(EventSchemas.text(name).orElseThrow());
  }

  /** What the schema has against a document; nothing where it is valid. */
  static List<String> complaints(String name, JsonNode document) {
    Schema schema = REGISTRY.getSchema(tree(name));
    return schema
        .validate(
            document,
            execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }
}
