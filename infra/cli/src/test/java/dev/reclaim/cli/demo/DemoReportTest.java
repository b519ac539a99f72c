package dev.reclaim.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoReportTest {
  private static final Account GONE = new Account(1_200, 30, 5_000_000);
  private static final Label FAILED = new Label("jobs", "status", "failed");
  private static final LabelAccounts LABELS =
      new LabelAccounts(Map.of(FAILED, GONE), Map.of(FAILED, GONE), Map.of(FAILED, GONE));

  @Test
  void verifiesWhenEveryAccountAgrees() {
    assertThat(report(verdict(0, 0), GONE, GONE).verified()).isTrue();
  }

  @Test
  void refusesAnAccountThatIsOffByOne() {
    Account off = GONE.plus(new Account(0, 0, 1));
    assertThat(report(verdict(0, 0), off, GONE).verified()).isFalse();
    assertThat(report(verdict(0, 0), GONE, off).verified()).isFalse();
    assertThat(report(verdict(1, 0), GONE, GONE).verified()).isFalse();
    assertThat(report(verdict(0, 1), GONE, GONE).verified()).isFalse();
  }

  @Test
  void refusesALabelWhoseAccountIsOff() {
    Map<Label, Account> right = Map.of(FAILED, GONE);
    Map<Label, Account> off = Map.of(FAILED, GONE.plus(new Account(1, 0, 0)));
    assertThat(report(new LabelAccounts(right, right, right)).verified()).isTrue();
    assertThat(report(new LabelAccounts(right, off, right)).verified()).isFalse();
    assertThat(report(new LabelAccounts(right, right, off)).verified()).isFalse();
    assertThat(report(new LabelAccounts(right, right, Map.of())).verified()).isFalse();
  }

  @Test
  void writesWhatScriptsRead(@TempDir Path directory) throws IOException {
    // Given
    Path file = directory.resolve("r.json");

    // When
    report(verdict(0, 0), GONE, GONE).writeJson(file);

    // Then
    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
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
    assertThat(json.get("verified").booleanValue()).isTrue();
    assertThat(json.get("metrics"))
        .isEqualTo(JsonMapper.shared().readTree("{\"rows\":1200,\"files\":30,\"bytes\":5000000}"));
    assertThat(json.get("policies").get(0))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    "{\"name\":\"jobs\",\"rows\":1200,\"files\":30,\"bytes\":5000000,\"protected\":7}"));
  }

  @Test
  void printsExactNumbersAndTheirSize() {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    // When
    report(verdict(0, 2), GONE, GONE).print(new PrintStream(bytes, true, Charset.defaultCharset()));

    // Then
    assertThat(bytes.toString(Charset.defaultCharset()))
        .containsPattern("  failed +1,200 +30 +4.8 MiB +5,000,000")
        .containsPattern("jobs +1,200 +30 +4.8 MiB +5,000,000 +3 +7")
        .contains("NOT VERIFIED")
        .contains("left behind: 2");
  }

  private static DemoReport report(Verdict verdict, Account ledger, Account metrics) {
    return report(verdict, ledger, metrics, LABELS);
  }

  private static DemoReport report(LabelAccounts labels) {
    return report(verdict(0, 0), GONE, GONE, labels);
  }

  private static DemoReport report(
      Verdict verdict, Account ledger, Account metrics, LabelAccounts labels) {
    return DemoReport.of(
        verdict, ledger, metrics, labels, Map.of("jobs", 7L), Duration.ofMillis(1_500));
  }

  private static Verdict verdict(long wronglyDeleted, long leftBehind) {
    return Verdict.of(
        List.of(new Verdict.OfPolicy("jobs", GONE, GONE, 3, wronglyDeleted, leftBehind)));
  }
}
