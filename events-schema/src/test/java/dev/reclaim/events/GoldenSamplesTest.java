package dev.reclaim.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Samples of every version of every event, as they may lie on a topic or in somebody's code. A
 * sample that has to be changed is a contract that is broken.
 */
class GoldenSamplesTest {
  private static final Path SAMPLES = Path.of("src/test/resources/golden");

  private static final Map<String, Class<?>> RECORDS =
      Map.of(
          "expired-records", ExpiredRecords.class,
          "expired-partition", ExpiredPartition.class,
          "orphaned-files", OrphanedFiles.class,
          "store-leftovers", StoreLeftovers.class,
          "quarantined-files", QuarantinedFiles.class,
          "cleanup-outcome", CleanupOutcome.class,
          "reclaimed-space", ReclaimedSpace.class);

  static List<Arguments> samples() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> Arguments.of(SAMPLES.relativize(file).toString(), event(file)))
          .toList();
    }
  }

  private static String event(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void isReadAndWrittenAsItStands(String file, String event) throws IOException {
    JsonNode sample = read(file);

    Object record = EventCodec.decode(bytes(sample), record(event));

    assertThat(Schemas.JSON.readTree(EventCodec.encode(record))).isEqualTo(sample);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void isValidByItsSchema(String file, String event) throws IOException {
    assertThat(Schemas.complaints(event, read(file))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void mayHaveMembersOfALaterVersion(String file, String event) throws IOException {
    ObjectNode later = (ObjectNode) read(file);
    Object record = EventCodec.decode(bytes(later), record(event));
    later.putObject("sinceVersionTwo").put("nested", 1);

    assertThat(EventCodec.decode(bytes(later), record(event))).isEqualTo(record);
    assertThat(Schemas.complaints(event, later)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void lacksNothingThatIsMandatory(String file, String event) throws IOException {
    for (JsonNode required : Schemas.tree(event).path("required")) {
      ObjectNode without = (ObjectNode) read(file);
      without.remove(required.asString());

      assertThat(Schemas.complaints(event, without)).as("without %s", required).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[[]]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[[null]]}",
        "expired-records|{'policy':' ','cutoff':'2026-10-01T00:00:00Z','keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':'yesterday','keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01','keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00','keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':1790812800,'keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':1790812800000,'keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':'1790812800','keys':[['1']]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[[1001]]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[[1.5]]}",
        "expired-records|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','keys':[[true]]}",
        "expired-records|{'policy':5,'cutoff':'2026-10-01T00:00:00Z','keys':[['1']]}",
        "expired-partition|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','table':'s.t','partition':'s.p','from':'1'}",
        "expired-partition|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','table':'s.t','partition':'s.p','from':'1','to':' '}",
        "expired-partition|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','table':'s.t','partition':'s.p','from':1,'to':'2'}",
        "expired-partition|{'policy':'p','cutoff':'2026-10-01T00:00:00Z','table':'s.t','partition':['s.p'],'from':'1','to':'2'}",
        "orphaned-files|{'policy':'p','store':'s','files':[]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':'a','size':'12'}]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':'a','size':12.7}]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':'a','etag':5}]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':'a','modified':1790812800}]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':''}]}",
        "orphaned-files|{'policy':'p','store':'s','files':[{'path':'a','size':'big'}]}",
        "orphaned-files|{'policy':'p','files':[{'path':'a'}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'a'}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'a','version':'v','upload':'u'}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'','version':'v'}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'a','version':''}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'a','upload':' '}]}",
        "store-leftovers|{'policy':'p','store':'s','leftovers':[{'path':'a','version':7}]}",
        "store-leftovers|{'policy':'p','leftovers':[{'path':'a','version':'v'}]}",
        "quarantined-files|{'policy':'p','store':'s','names':[]}",
        "quarantined-files|{'policy':'p','store':'s','names':['']}",
        "quarantined-files|{'policy':'p','names':['a']}",
      })
  void schemaAndReaderRefuseTheSame(String event, String json) {
    JsonNode wrong = Schemas.JSON.readTree(json.replace('\'', '"'));

    assertThat(Schemas.complaints(event, wrong)).isNotEmpty();
    assertThatThrownBy(() -> EventCodec.decode(bytes(wrong), record(event)))
        .isInstanceOf(InvalidEventException.class);
  }

  private static Class<?> record(String event) {
    return Optional.ofNullable(RECORDS.get(event)).orElseThrow();
  }

  private static JsonNode read(String file) throws IOException {
    return Schemas.JSON.readTree(Files.readString(SAMPLES.resolve(file), UTF_8));
  }

  private static byte[] bytes(JsonNode json) {
    return Schemas.JSON.writeValueAsBytes(json);
  }
}
