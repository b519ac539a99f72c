package dev.reclaim.worker.claims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Refusal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimReaderTest {
  private static final Instant TIME = Instant.parse("2026-05-06T23:59:59.5Z");
  private static final ExpiredRecords ROWS = rows("run-1", "1");
  private static final ExpiredPartition PARTITION =
      new ExpiredPartition("p", null, ROWS.cutoff(), "s.t", "s.t_1", "1", "2");
  private static final EventIdentity PARENT =
      new EventIdentity("shop", "parent-1", LocalDate.parse("2026-05-05"));

  @Test
  void readsAClaimWithItsIdentityAndDigest() {
    byte[] value = EventCodec.encode(ROWS);
    ReceivedClaim received = read(headers("shop", "e-1"), value);
    assertThat(received.claim()).isEqualTo(ROWS);
    assertThat(received.identity())
        .isEqualTo(new EventIdentity("shop", "e-1", LocalDate.parse("2026-05-06")));
    assertThat(received.payloadDigest()).isEqualTo(ClaimId.digest(value));
  }

  @Test
  void readsAPartitionOnTheTopicOfRows() {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("ce_type", "dev.reclaim.expired-partition.v1");
    assertThat(read(headers, EventCodec.encode(PARTITION)).claim()).isEqualTo(PARTITION);
    refuses(headers, EventCodec.encode(ROWS), "table is missing");
  }

  @Test
  void refusesAPartitionThatNoDatabaseCouldName() {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("ce_type", "dev.reclaim.expired-partition.v1");
    refuses(
        headers,
        EventCodec.encode(new ExpiredPartition("p", null, ROWS.cutoff(), "s.t", "s.t\0", "1", "2")),
        "a text holds what no database can");
    refuses(
        headers,
        EventCodec.encode(new ExpiredPartition("p", null, Instant.MAX, "s.t", "s.t_1", "1", "2")),
        "cutoff is not between");
  }

  @Test
  void refusesAPartitionUnderAnIdOfThePlannersThatIsAnothers() {
    ExpiredPartition claim =
        new ExpiredPartition("p", "p/run", ROWS.cutoff(), "s.t", "s.t_1", "1", "2");
    ExpiredPartition other =
        new ExpiredPartition("p", "p/run", ROWS.cutoff(), "s.t", "s.t_2", "1", "2");
    Map<String, String> headers = headers(ClaimId.PLANNER, ClaimId.of("p/run", 1, claim));
    headers.put("ce_type", "dev.reclaim.expired-partition.v1");
    assertThat(read(headers, EventCodec.encode(claim)).claim()).isEqualTo(claim);
    refuses(headers, EventCodec.encode(other), "does not belong to what is claimed");
  }

  @Test
  void takesTheDayOfAnEventInUtc() {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("ce_time", "2026-05-07T00:30:00+02:00");
    assertThat(read(headers, EventCodec.encode(ROWS)).identity().plannedOn())
        .isEqualTo("2026-05-06");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"})
  void refusesAnEventWithoutAHeader(String missing) {
    Map<String, String> headers = headers("shop", "e-1");
    headers.remove(missing);
    refuses(headers, EventCodec.encode(ROWS), missing + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "ce_time, yesterday, ce_time is no RFC 3339 time",
    "ce_time, 2026-05-06T10:00:00, ce_time is no RFC 3339 time",
    "ce_type, dev.reclaim.orphaned-files.v1, this topic carries dev.reclaim.expired-records.v1",
    "ce_type, dev.reclaim.expired-records.v2, this topic carries dev.reclaim.expired-records.v1",
  })
  void refusesAHeaderThatSaysSomethingElse(String header, String value, String why) {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put(header, value);
    refuses(headers, EventCodec.encode(ROWS), why);
  }

  @Test
  void readsAnEventInStructuredMode() {
    byte[] value = structured().getBytes(UTF_8);

    ReceivedClaim received =
        read(
            new HashMap<>(Map.of("content-type", "application/cloudevents+json; charset=utf-8")),
            value);

    assertThat(received.claim()).isEqualTo(ROWS);
    assertThat(received.identity())
        .isEqualTo(new EventIdentity("shop", "e-1", LocalDate.parse("2026-05-06")));
    assertThat(received.payloadDigest()).isEqualTo(ClaimId.digest(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"id\":\"e-1\"|\"id\":\" \"|id of the value is missing or empty",
        "\"id\":\"e-1\"|\"id\":17|id of the value is missing or empty",
        "\"source\":\"shop\",||source of the value is missing or empty",
        "\"specversion\":\"1.0\"|\"specversion\":\"0.3\"|specversion of the value is 0.3, not 1.0",
        "2026-05-06T|2026-05-36T|time of the value is no RFC 3339 time",
        "\"data\":|\"daten\":|data is missing or no JSON object",
        "\"data\":|\"data_base64\":|data_base64 is not understood",
        "\"data\":|\"datacontenttype\":\"text/xml\",\"data\":|datacontenttype is text/xml",
        "\"id\":\"e-1\"|\"id\":\"e-1\",\"id\":\"e-2\"|Duplicate",
        "\"policy\":\"|\"policies\":\"|policy is missing",
        "expired-records|orphaned-files|this topic carries",
      })
  void saysWhatIsWrongInStructuredMode(String right, @Nullable String wrong, String why) {
    String value = structured();
    assertThat(value).contains(right);

    refuses(
        Map.of("content-type", "application/cloudevents+json"),
        value.replace(right, wrong == null ? "" : wrong).getBytes(UTF_8),
        why);
  }

  @ParameterizedTest
  @CsvSource({
    "application/cloudevents-batch+json, an event travels alone",
    "application/cloudevents+avro, an event travels alone",
    "text/plain, content-type is text/plain",
  })
  void refusesWhatIsNeitherOfTheModes(String contentType, String why) {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("content-type", contentType);
    refuses(headers, EventCodec.encode(ROWS), why);
  }

  @ParameterizedTest
  @CsvSource({"ce_id, e-2", "ce_source, another", "ce_type, dev.reclaim.orphaned-files.v1"})
  void refusesAnEventThatIsCalledAnotherInItsHeaders(String header, String value) {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("content-type", "application/cloudevents+json");
    assertThat(read(headers, structured().getBytes(UTF_8)).identity().id()).isEqualTo("e-1");

    headers.put(header, value);
    refuses(headers, structured().getBytes(UTF_8), header + " and");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/cloudevents+json"})
  void refusesAnotherCharset(String type) {
    byte[] value =
        type.equals("application/json") ? EventCodec.encode(ROWS) : structured().getBytes(UTF_8);
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("content-type", type + "; Charset=\"UTF-8\"");
    assertThat(read(headers, value).claim()).isEqualTo(ROWS);

    headers.put("content-type", type + ";charset=iso-8859-1");
    refuses(headers, value, "charset is iso-8859-1: it has to be utf-8");
  }

  @Test
  void refusesAnotherVersionOfCloudEvents() {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("ce_specversion", "2.0");
    refuses(headers, EventCodec.encode(ROWS), "header ce_specversion is 2.0, not 1.0");
  }

  private static String structured() {
    return "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"shop\",\"type\":\"%s\",\"time\":\"%s\",\"data\":%s}"
        .formatted(
            ClaimKind.EXPIRED_RECORDS.type(), TIME, new String(EventCodec.encode(ROWS), UTF_8));
  }

  @Test
  void refusesNoValue() {
    refuses(headers("shop", "e-1"), null, "the value is empty");
    refuses(headers("shop", "e-1"), new byte[0], "the value is empty");
  }

  @Test
  void refusesAValueOfMoreThanAMebibyte() {
    byte[] largest = text("x".repeat(Claim.BYTES_MAX - EventCodec.encode(rows(null, "")).length));
    byte[] larger = text("x".repeat(Claim.BYTES_MAX + 1 - text("").length));
    assertThat(largest).hasSize(Claim.BYTES_MAX);
    assertThat(read(headers("shop", "e-1"), largest).claim().policy()).isEqualTo("p");
    refuses(headers("shop", "e-1"), larger, "more than 1048576");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "null",
        "[]",
        "{}",
        "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[]}",
        "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[]]}",
        "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[null]]}",
        "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[\"1\"],[\"1\",\"2\"]]}",
        "{\"policy\":\"p\",\"keys\":[[\"1\"]]}",
        "{\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[\"1\"]]}",
        "{\"policy\":\"p\",\"policy\":\"q\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[\"1\"]]}",
        "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[\"1\"]]} {}",
      })
  void refusesWhatIsNoClaim(String value) {
    refuses(headers("shop", "e-1"), value.getBytes(UTF_8), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "a\\u0000b", "\\ud800", "\\udc00x"})
  void refusesTextsThatNoDatabaseCanHold(String text) {
    String claim =
        "{\"policy\":\"p\",\"run\":\"%s\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[[\"%s\"]]}";
    refuses(headers("shop", "e-1"), claim.formatted(text, "1").getBytes(UTF_8), "");
    refuses(headers("shop", "e-1"), claim.formatted("r", text).getBytes(UTF_8), "");
    refuses(headers("shop", "\0"), EventCodec.encode(ROWS), "");
    String files =
        "{\"policy\":\"p\",\"store\":\"s\",\"files\":[{\"path\":\"a\",\"labels\":{\"l\":\"%s\"}}]}";
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(
            () ->
                ClaimReader.read(
                    ClaimKind.ORPHANED_FILES,
                    fileHeaders("shop", "e-1"),
                    files.formatted(text).getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "+999999999-12-31T23:59:59Z, FROM_THE_FUTURE",
    "+10000-01-01T00:00:00Z, FROM_THE_FUTURE",
    "0000-12-31T00:00:00Z, TOO_OLD",
    "-999999999-01-01T00:00:00Z, TOO_OLD",
  })
  void refusesTimesThatNoDatabaseCanHold(String time, Refusal refusal) {
    Map<String, String> headers = headers("shop", "e-1");
    headers.put("ce_time", time);
    assertThat(refusal(headers, EventCodec.encode(ROWS))).isEqualTo(refusal);
    String claim = "{\"policy\":\"p\",\"cutoff\":\"%s\",\"keys\":[[\"1\"]]}".formatted(time);
    refuses(headers("shop", "e-1"), claim.getBytes(UTF_8), "cutoff is not between");
    String day = OffsetDateTime.parse(time).toLocalDate().toString();
    OrphanedFiles files = files(new EventIdentity("s", "i", LocalDate.parse(day)), "a");
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(
            () ->
                ClaimReader.read(
                    ClaimKind.ORPHANED_FILES, fileHeaders("shop", "e-1"), EventCodec.encode(files)))
        .returns(refusal, InvalidEventException::refusal);
  }

  @Test
  void refusesNamesThatAreTooLongToKeep() {
    String tooLong = "x".repeat(EventIdentity.LENGTH_MAX + 1);
    refuses(headers("shop", tooLong), EventCodec.encode(ROWS), "longer than 256");
    refuses(headers(tooLong, "e-1"), EventCodec.encode(ROWS), "longer than 256");
    refuses(headers("shop", "e-1"), EventCodec.encode(rows(tooLong, "1")), "longer than 256");
  }

  @Test
  void saysOfWhichKindARefusalIs() {
    byte[] value = EventCodec.encode(ROWS);
    assertThat(refusal(Map.of(), value)).isEqualTo(Refusal.INVALID_HEADER);
    assertThat(refusal(headers("shop", "x".repeat(300)), value)).isEqualTo(Refusal.INVALID_HEADER);
    assertThat(refusal(fileHeaders("shop", "e-1"), value)).isEqualTo(Refusal.WRONG_TYPE);
    assertThat(refusal(headers("shop", "e-1"), "{".getBytes(UTF_8))).isEqualTo(Refusal.UNREADABLE);
    assertThat(refusal(headers("shop", "e-1"), null)).isEqualTo(Refusal.UNREADABLE);
    assertThat(refusal(headers("shop", "e-1"), new byte[Claim.BYTES_MAX + 1]))
        .isEqualTo(Refusal.TOO_LARGE);
    assertThat(refusal(headers("shop", "e-1"), keys(Claim.ENTRIES_MAX + 1)))
        .isEqualTo(Refusal.TOO_LARGE);
    assertThat(read(headers("shop", "e-1"), keys(Claim.ENTRIES_MAX)).claim()).isNotNull();
    assertThat(refusal(headers(ClaimId.PLANNER, "e-1"), value)).isEqualTo(Refusal.NOT_ENTITLED);
  }

  private static Refusal refusal(Map<String, String> headers, byte @Nullable [] value) {
    try {
      throw new AssertionError("accepted: " + read(headers, value));
    } catch (InvalidEventException e) {
      return e.refusal();
    }
  }

  private static byte[] keys(int number) {
    return "{\"policy\":\"p\",\"cutoff\":\"2026-01-01T00:00:00Z\",\"keys\":[%s]}"
        .formatted(String.join(",", Collections.nCopies(number, "[\"1\"]")))
        .getBytes(UTF_8);
  }

  @Test
  void takesThePlannersOwnIdOnlyForWhatItWasMadeFrom() {
    Map<String, String> headers = headers(ClaimId.PLANNER, ClaimId.of("run-1", 2, ROWS));
    assertThat(read(headers, EventCodec.encode(ROWS)).claim()).isEqualTo(ROWS);
    refuses(headers, EventCodec.encode(rows("run-1", "2")), "does not belong");
    refuses(headers, EventCodec.encode(rows("run-2", "1")), "does not belong");
    refuses(headers, EventCodec.encode(rows(null, "1")), "does not belong");
  }

  @Test
  void takesAWorkersOwnIdOnlyForAFollowUpOfItsParent() {
    OrphanedFiles followUp = files(PARENT, "a");
    Map<String, String> headers = fileHeaders(ClaimId.WORKER, ClaimId.of(PARENT.id(), followUp));
    assertThat(ClaimReader.read(ClaimKind.ORPHANED_FILES, headers, EventCodec.encode(followUp)))
        .extracting(ReceivedClaim::claim)
        .isEqualTo(followUp);
    refusesFiles(headers, files(PARENT, "b"));
    refusesFiles(headers, files(null, "a"));
    refusesFiles(headers, files(new EventIdentity("shop", "other", PARENT.plannedOn()), "a"));
    refuses(headers(ClaimId.WORKER, ClaimId.of("run-1", ROWS)), EventCodec.encode(ROWS), "belong");
  }

  private static void refusesFiles(Map<String, String> headers, OrphanedFiles claim) {
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(
            () -> ClaimReader.read(ClaimKind.ORPHANED_FILES, headers, EventCodec.encode(claim)))
        .withMessageContaining("does not belong");
  }

  private static void refuses(Map<String, String> headers, byte @Nullable [] value, String why) {
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> read(headers, value))
        .withMessageContaining(why);
  }

  private static ReceivedClaim read(Map<String, String> headers, byte @Nullable [] value) {
    return ClaimReader.read(ClaimKind.EXPIRED_RECORDS, headers, value);
  }

  private static Map<String, String> headers(String source, String id) {
    return new HashMap<>(
        new CloudEvent(id, source, ClaimKind.EXPIRED_RECORDS.type(), TIME).headers());
  }

  private static Map<String, String> fileHeaders(String source, String id) {
    return new CloudEvent(id, source, ClaimKind.ORPHANED_FILES.type(), TIME).headers();
  }

  private static byte[] text(String key) {
    return EventCodec.encode(rows(null, key));
  }

  private static ExpiredRecords rows(@Nullable String run, String key) {
    return new ExpiredRecords(
        "p", run, Instant.parse("2026-01-01T00:00:00Z"), List.of(List.of(key)));
  }

  private static OrphanedFiles files(@Nullable EventIdentity parent, String path) {
    return new OrphanedFiles(
        "p", null, "store", parent, List.of(new ClaimedFile(path, null, null, null)));
  }
}
