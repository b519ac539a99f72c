package dev.reclaim.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The page of the topics says what the code says. */
class AsyncApiTest {
  private static final JsonNode PAGE =
      YAMLMapper.builder().build().readTree(EventSchemas.text("asyncapi").orElseThrow());

  @Test
  void hasATopicForEachThatThereIs() {
    Topics topics = Topics.DEFAULT;
    List<String> addresses = new ArrayList<>();
    PAGE.path("channels").forEach(channel -> addresses.add(channel.path("address").asString()));

    assertThat(addresses)
        .containsExactlyInAnyOrder(
            topics.expiredRecords(),
            topics.orphanedFiles(),
            topics.deferred(),
            topics.outcomes(),
            topics.metrics(),
            topics.deadLetters());
  }

  @Test
  void carriesTheTypesThatTheCodeCarries() {
    Map<String, String> types = new HashMap<>();
    messages()
        .forEach(
            (name, message) ->
                message
                    .path("headers")
                    .findValues("ce_type")
                    .forEach(type -> types.put(name, type.path("const").asString())));

    assertThat(types)
        .isEqualTo(
            Map.of(
                "ExpiredRecords",
                ClaimKind.EXPIRED_RECORDS.type(),
                "ExpiredPartition",
                ClaimKind.EXPIRED_PARTITION.type(),
                "OrphanedFiles",
                ClaimKind.ORPHANED_FILES.type(),
                "StoreLeftovers",
                ClaimKind.STORE_LEFTOVERS.type(),
                "QuarantinedFiles",
                ClaimKind.QUARANTINED_FILES.type(),
                "CleanupOutcome",
                CleanupOutcome.TYPE,
                "ReclaimedSpace",
                ReclaimedSpace.TYPE));
  }

  @Test
  void limitsNamesAsTheCodeDoes() {
    JsonNode names = PAGE.at("/components/schemas/Identity/properties");

    assertThat(names.propertyNames()).containsExactlyInAnyOrder("ce_id", "ce_source");
    names.forEach(
        name -> assertThat(name.path("maxLength").asInt()).isEqualTo(EventIdentity.LENGTH_MAX));
  }

  @Test
  void knowsEveryClassOfDeadLetters() {
    List<String> classes = new ArrayList<>();
    PAGE.at("/components/schemas/DeadLetter/properties/__reclaim.errors.class/enum")
        .forEach(each -> classes.add(each.asString()));

    assertThat(classes)
        .containsExactly(
            Arrays.stream(Refusal.values()).map(Refusal::label).toArray(String[]::new));
  }

  @Test
  void pointsAtSchemasAndPartsThatAreThere() {
    for (JsonNode ref : PAGE.findValues("$ref")) {
      String target = ref.asString();
      if (target.startsWith("#/")) {
        assertThat(PAGE.at(target.substring(1)).isMissingNode()).as(target).isFalse();
      } else {
        String name = target.replace(".schema.json", "");
        assertThat(EventSchemas.names()).contains(name);
        assertThat(messages()).containsKey(Schemas.tree(name).path("title").asString());
      }
    }
  }

  @Test
  void namesTheHeadersOfAnEvent() {
    CloudEvent event = new CloudEvent("1", "shop", "t", Instant.EPOCH);
    JsonNode headers = PAGE.at("/components/schemas/CloudEvent");
    Set<String> required = new TreeSet<>();
    headers.path("required").forEach(each -> required.add(each.asString()));
    Set<String> written = new TreeSet<>(event.headers().keySet());

    assertThat(new TreeSet<>(headers.path("properties").propertyNames())).isEqualTo(written);
    written.remove("content-type");
    assertThat(required).isEqualTo(written);
  }

  private static Map<String, JsonNode> messages() {
    Map<String, JsonNode> messages = new HashMap<>();
    PAGE.at("/components/messages").forEachEntry(messages::put);
    return messages;
  }
}
