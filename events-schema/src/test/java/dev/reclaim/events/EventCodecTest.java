package dev.reclaim.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventCodecTest {
  private static final Instant CUTOFF = Instant.parse("2026-10-01T00:00:00Z");

  @Test
  void keepsTheLabelsByWhichPeopleChooseDeadLetters() {
    assertThat(Refusal.values())
        .extracting(Refusal::label)
        .containsExactly(
            "unreadable",
            "invalid-header",
            "wrong-type",
            "too-large",
            "too-old",
            "from-the-future",
            "unknown-policy",
            "producers-not-allowed",
            "not-entitled",
            "outside-policy",
            "wrong-keys",
            "id-reused",
            "policy-misfit",
            "expired-unread");
    assertThat(Refusal.of("wrong-keys")).hasValue(Refusal.WRONG_KEYS);
    assertThat(Refusal.of("WRONG_KEYS")).isEmpty();
  }

  @Test
  void writesExpiredRecordsAsPlainJson() {
    ExpiredRecords event =
        new ExpiredRecords("logs", "logs/1", CUTOFF, List.of(List.of("1", "a"), List.of("2", "b")));

    assertThat(new String(EventCodec.encode(event), UTF_8))
        .isEqualTo(
            "{\"policy\":\"logs\",\"run\":\"logs/1\",\"cutoff\":\"2026-10-01T00:00:00Z\","
                + "\"keys\":[[\"1\",\"a\"],[\"2\",\"b\"]]}");
    assertThat(EventCodec.decode(EventCodec.encode(event), ExpiredRecords.class)).isEqualTo(event);
  }

  @Test
  void readsWhatAnotherLanguageWrites() {
    String json =
        "{\"files\":[{\"path\":\"a/b.mp4\"}],\"store\":\"renders\",\"policy\":\"p\",\"new\":1}";

    assertThat(EventCodec.decode(json.getBytes(UTF_8), OrphanedFiles.class))
        .isEqualTo(
            new OrphanedFiles(
                "p", null, "renders", null, List.of(new ClaimedFile("a/b.mp4", null, null, null))));
  }

  @Test
  void outcomeComesBackAsItWas() {
    CleanupOutcome outcome =
        new CleanupOutcome(
            new EventIdentity("planner", "x", LocalDate.of(2026, 10, 1)),
            "logs",
            null,
            ClaimKind.EXPIRED_RECORDS,
            new OutcomeCounts(5, 0, 0, 1, 0, 0, 0, 2, 0, 0),
            new Reclaimed(7, 0, 900),
            new Reclaimed(2, 0, 100),
            List.of("2 keys are not expired"),
            Duration.ofMillis(15),
            1,
            "worker-1",
            CUTOFF);

    byte[] json = EventCodec.encode(outcome);

    assertThat(EventCodec.decode(json, CleanupOutcome.class)).isEqualTo(outcome);
    assertThat(new String(json, UTF_8)).contains("\"protected\":1").contains("\"PT0.015S\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|it has to be an object",
        "{\"policy\":5}|policy has to be a text",
        "{\"policy\":\"p\",\"cutoff\":1790812800000}|cutoff has to be a time with its offset",
        "{\"policy\":\"p\",\"cutoff\":\"2026-10-01\"}|cutoff has to be a time with its offset",
        "{\"policy\":\"p\",\"keys\":{}}|keys has to be a list",
        "{\"policy\":\"p\",\"keys\":[[\"1\"],[2]]}|keys[1][0] has to be a text",
        "not json|Unrecognized token",
        "null|JSON null",
        "{\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[[\"1\"]]}|policy is missing",
        "{\"policy\":\"p\",\"keys\":[[\"1\"]]}|cutoff is missing",
        "{\"policy\":\"p\",\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[]}|keys is missing or empty",
        "{\"policy\":\"p\",\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[[\"1\"],[\"1\",\"2\"]]}|differ",
        "{\"policy\":\"p\",\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[[null]]}|null",
        "{\"policy\":\"p\",\"policy\":\"q\"}|Duplicate",
        "{\"policy\":\"p\",\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[[\"1\"]]} x|Unrecognized token",
      })
  void saysWhyBytesAreNoEvent(String json, String reason) {
    assertThatThrownBy(() -> EventCodec.decode(json.getBytes(UTF_8), ExpiredRecords.class))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesMoreThanAThousandKeys() {
    List<List<String>> keys = Collections.nCopies(Claim.ENTRIES_MAX + 1, List.of("1"));

    assertThatThrownBy(() -> new ExpiredRecords("p", null, CUTOFF, keys))
        .hasMessageContaining("more than 1000");
  }

  @Test
  void idFollowsWhatIsClaimedAndTheRun() {
    ExpiredRecords one = new ExpiredRecords("p", "r", CUTOFF, List.of(List.of("a", "b")));
    ExpiredRecords other = new ExpiredRecords("p", "r", CUTOFF, List.of(List.of("ab", "")));

    assertThat(ClaimId.of("r", one)).isEqualTo(ClaimId.of("r", one)).startsWith("r/");
    assertThat(ClaimId.of("r", one)).isNotEqualTo(ClaimId.of("r", other));
    assertThat(ClaimId.of("r", one)).isNotEqualTo(ClaimId.of("s", one));
  }

  @Test
  void idOfAPartitionFollowsAllThatIsClaimedOfIt() {
    List<ExpiredPartition> claims =
        List.of(
            new ExpiredPartition("p", "r", CUTOFF, "s.t", "s.t_1", "1", "2"),
            new ExpiredPartition("q", "r", CUTOFF, "s.t", "s.t_1", "1", "2"),
            new ExpiredPartition("p", "r", CUTOFF.plusNanos(1000), "s.t", "s.t_1", "1", "2"),
            new ExpiredPartition("p", "r", CUTOFF, "s.u", "s.t_1", "1", "2"),
            new ExpiredPartition("p", "r", CUTOFF, "s.t", "s.t_2", "1", "2"),
            new ExpiredPartition("p", "r", CUTOFF, "s.t", "s.t_1", "0", "2"),
            new ExpiredPartition("p", "r", CUTOFF, "s.t", "s.t_1", "1", "3"));

    assertThat(claims.stream().map(claim -> ClaimId.of("r", claim))).doesNotHaveDuplicates();
  }

  @Test
  void idOfAPassIsTheRunsAndNobodyElses() {
    ExpiredRecords one = new ExpiredRecords("p", "r", CUTOFF, List.of(List.of("a")));
    ExpiredRecords other = new ExpiredRecords("p", "r", CUTOFF, List.of(List.of("b")));
    String id = ClaimId.of("r", 2, one);

    assertThat(id).isNotEqualTo(ClaimId.of("r", 3, one)).startsWith("r/2/");
    assertThat(ClaimId.isOf("r", id, one)).isTrue();
    assertThat(ClaimId.isOf("r", id, other)).isFalse();
    assertThat(ClaimId.isOf("r/2", id, one)).isFalse();
    assertThat(ClaimId.isOf("r", ClaimId.of("r/x", one), one)).isFalse();
    assertThat(ClaimId.isOf("r", ClaimId.of("r", one), one)).isFalse();
  }

  @Test
  void headersCarryTheIdentity() {
    CloudEvent event =
        new CloudEvent("id-1", "shop", ClaimKind.EXPIRED_RECORDS.type(), CUTOFF.plusSeconds(1));

    CloudEvent read = CloudEvent.fromHeaders(event.headers());

    assertThat(read).isEqualTo(event);
    assertThat(read.identity())
        .isEqualTo(new EventIdentity("shop", "id-1", LocalDate.of(2026, 10, 1)));
  }

  @Test
  void namesTheHeaderThatIsMissing() {
    assertThatThrownBy(() -> CloudEvent.fromHeaders(Map.of("ce_id", "x")))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("ce_source");
  }

  @Test
  void windowsAreAlignedToUtc() {
    Instant time = Instant.parse("2026-10-01T13:45:01Z");

    assertThat(MetricsWindow.HOUR.startOf(time)).contains(Instant.parse("2026-10-01T13:00:00Z"));
    assertThat(MetricsWindow.DAY.startOf(time)).contains(Instant.parse("2026-10-01T00:00:00Z"));
    assertThat(MetricsWindow.ALL.startOf(time)).isEmpty();
  }

  @Test
  void outcomeSaysWhatBelongsToWhichLabels() {
    CleanupOutcome outcome =
        labelled(
            List.of(
                new LabelledPart(
                    Map.of("tenant", "7", "format", "mp4"), 3, 0, new Reclaimed(4, 0, 500)),
                new LabelledPart(
                    Map.of("format", "", "tenant", "8"), 2, 0, new Reclaimed(3, 0, 400))));

    byte[] json = EventCodec.encode(outcome);

    assertThat(new String(json, UTF_8))
        .contains(
            "\"labelled\":[{\"labels\":{\"format\":\"mp4\",\"tenant\":\"7\"},\"deleted\":3,\"marked\":0,"
                + "\"reclaimed\":{\"rows\":4,\"files\":0,\"bytes\":500}},{\"labels\":{\"format\":\"\",");
    assertThat(EventCodec.decode(json, CleanupOutcome.class)).isEqualTo(outcome);
    assertThat(new String(EventCodec.encode(labelled(List.of())), UTF_8)).doesNotContain("label");
  }

  @ParameterizedTest
  @CsvSource({"5,0,7,0,899", "5,0,7,1,900", "5,0,6,0,900", "4,0,7,0,900", "5,1,7,0,900"})
  void refusesPartsThatAreNotTheWhole(
      long deleted, long marked, long rows, long files, long bytes) {
    LabelledPart part =
        new LabelledPart(
            Map.of("format", "mp4"), deleted, marked, new Reclaimed(rows, files, bytes));

    assertThatThrownBy(() -> labelled(List.of(part)))
        .hasMessage("labelled does not sum to counts and reclaimed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|labels is missing or empty",
        "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\"}|labels holds more than 3",
        "{\"a-b\":\"1\"}|labels holds a name that is none: a-b",
        "{\"a\":null}|the value of the label a is missing or longer than 100 characters",
        "{\"a\":\"LONG\"}|the value of the label a is missing or longer than 100 characters",
      })
  void refusesLabelsThatNoPolicyGives(String labels, String reason) {
    String json =
        "{\"labels\":%s,\"reclaimed\":{\"rows\":0,\"files\":0,\"bytes\":0}}"
            .formatted(labels.replace("LONG", "x".repeat(101)));

    assertThatThrownBy(() -> EventCodec.decode(json.getBytes(UTF_8), LabelledPart.class))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void idFollowsTheLabelsOfFilesAndIsWhatItWasWithoutThem() {
    ClaimedFile plain = new ClaimedFile("a", null, null, null);
    ClaimedFile mp4 = new ClaimedFile("a", null, null, null, Map.of("b", "c"));
    ClaimedFile mov = new ClaimedFile("a", null, null, null, Map.of("b", "d"));

    assertThat(Stream.of(plain, mp4, mov).map(EventCodecTest::id))
        .doesNotHaveDuplicates()
        .startsWith("r/e692bd063e2aabe24c493c51923dfe06");
    assertThat(new String(EventCodec.encode(plain), UTF_8)).doesNotContain("labels");
    assertThat(new String(EventCodec.encode(mp4), UTF_8)).contains("\"labels\":{\"b\":\"c\"}");
  }

  @Test
  void theSameLabelsAreTheSameKey() {
    MetricsKey one =
        new MetricsKey("p", MetricsWindow.ALL, null, new TreeMap<>(Map.of("b", "2", "a", "1")));
    MetricsKey other =
        EventCodec.decode(
            "{\"policy\":\"p\",\"window\":\"all\",\"labels\":{\"b\":\"2\",\"a\":\"1\"}}"
                .getBytes(UTF_8),
            MetricsKey.class);

    assertThat(other).isEqualTo(one);
    assertThat(EventCodec.encode(other)).isEqualTo(EventCodec.encode(one));
    assertThat(new String(EventCodec.encode(new MetricsKey("p", MetricsWindow.ALL, null)), UTF_8))
        .isEqualTo("{\"policy\":\"p\",\"window\":\"all\"}");
  }

  @Test
  void ordersLabels() {
    List<Map<String, String>> ordered =
        List.of(
            Map.of(),
            Labels.sorted(Map.of("a", "")),
            Labels.sorted(Map.of("a", "1")),
            Labels.sorted(Map.of("a", "1", "b", "1")),
            Labels.sorted(Map.of("a", "1, b=1")),
            Labels.sorted(Map.of("b", "0")));

    assertThat(ordered).isSortedAccordingTo(Labels.ORDER);
    assertThat(Labels.ORDER.compare(ordered.get(3), ordered.get(4))).isNegative();
  }

  private static String id(ClaimedFile file) {
    return ClaimId.of("r", new OrphanedFiles("p", null, "store", null, List.of(file)));
  }

  private static CleanupOutcome labelled(List<LabelledPart> parts) {
    return new CleanupOutcome(
        new EventIdentity("planner", "x", LocalDate.of(2026, 10, 1)),
        "logs",
        null,
        ClaimKind.EXPIRED_RECORDS,
        new OutcomeCounts(5, 0, 0, 1, 0, 0, 0, 2, 0, 0),
        new Reclaimed(7, 0, 900),
        new Reclaimed(2, 0, 100),
        parts,
        List.of(),
        Duration.ofMillis(15),
        1,
        "worker-1",
        CUTOFF);
  }
}
