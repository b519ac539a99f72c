package dev.reclaim.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.settings.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final Instant HOUR = Instant.parse("2026-10-01T13:00:00Z");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();
  private final List<ReclaimedSpace> spaces = new ArrayList<>();
  private AdminServer server;

  @BeforeEach
  void start() {
    checks.put("kafka", () -> true);
    checks.put("database", () -> true);
    spaces.add(space("renders", MetricsWindow.ALL));
    spaces.add(space("logs", MetricsWindow.ALL));
    spaces.add(space("logs", MetricsWindow.HOUR));
    server = AdminServer.start(0, checks, () -> spaces);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static ReclaimedSpace space(String policy, MetricsWindow window) {
    return part(policy, window, Map.of());
  }

  private static ReclaimedSpace part(
      String policy, MetricsWindow window, Map<String, String> labels) {
    return new ReclaimedSpace(
        policy,
        window,
        window.startOf(HOUR).orElse(null),
        window.size().map(HOUR::plus).orElse(null),
        labels,
        new Reclaimed(7, 3, 900),
        new OutcomeCounts(5, 1, 2, 1, 0, 0, 0, 4, 0, 0),
        6,
        1,
        HOUR.plusSeconds(5));
  }

  @Test
  void saysThatItLives() throws Exception {
    HttpResponse<String> answer = get("livez");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"live\"}");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
  }

  @Test
  void isReadyWhenEveryCheckHolds() throws Exception {
    HttpResponse<String> answer = get("readyz");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"status\":\"ready\",\"checks\":{\"kafka\":true,\"database\":true}}");
  }

  @Test
  void namesTheCheckThatFails() throws Exception {
    // Given
    checks.put(
        "away",
        () -> {
          throw new IllegalStateException("away");
        });
    try (AdminServer other = AdminServer.start(0, checks, List::of)) {
      // When
      HttpResponse<String> answer = get(other, "readyz");

      // Then
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).startsWith("{\"status\":\"not ready\"").contains("\"away\":false");
    }
  }

  @Test
  void listsEveryAccountInOrder() throws Exception {
    HttpResponse<String> answer = get("v1/metrics");

    String sums =
        "\"reclaimed\":{\"rows\":7,\"files\":3,\"bytes\":900},"
            + "\"counts\":{\"deleted\":5,\"deletedInferred\":1,\"marked\":2,\"protected\":1,\"held\":0,"
            + "\"refused\":0,\"locked\":0,\"changed\":4,\"missing\":0,\"failed\":0},"
            + "\"events\":6,\"duplicates\":1,\"updatedAt\":\"2026-10-01T13:00:05Z\"}";
    assertThat(answer.body())
        .isEqualTo(
            "[{\"policy\":\"logs\",\"window\":\"hour\",\"start\":\"2026-10-01T13:00:00Z\","
                + "\"end\":\"2026-10-01T14:00:00Z\","
                + sums
                + ",{\"policy\":\"logs\",\"window\":\"all\","
                + sums
                + ",{\"policy\":\"renders\",\"window\":\"all\","
                + sums
                + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "policy=logs, 2",
    "window=all, 2",
    "window=hour&policy=logs, 1",
    "window=day, 0",
    "policy=%6Cogs, 2",
    "policy=none, 0"
  })
  void narrowsByPolicyAndWindow(String query, int found) throws Exception {
    HttpResponse<String> answer = get("v1/metrics?" + query);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body().split("\"window\"", -1)).hasSize(found + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "window=week|window is week, but must be hour, day or all",
        "window=ALL|window is ALL, but must be hour, day or all",
        "windows=all|there is no parameter windows, but policy and window",
        "policy=a&policy=b|parameter policy is given twice",
      })
  void saysWhatIsWrongWithAQuery(String query, String error) throws Exception {
    HttpResponse<String> answer = get("v1/metrics?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"error\":\"" + error + "\"}");
  }

  @Test
  void speaksPrometheus() throws Exception {
    // Given
    spaces.clear();
    spaces.add(space("a\\b\"c\nd", MetricsWindow.ALL));
    spaces.add(space("a\\b\"c\nd", MetricsWindow.DAY));

    // When
    HttpResponse<String> answer = get("metrics");

    // Then
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .isEqualTo(
            """
            # HELP reclaim_reclaimed_rows_total Deleted rows, children included.
            # TYPE reclaim_reclaimed_rows_total counter
            reclaim_reclaimed_rows_total{policy="P"} 7
            # HELP reclaim_reclaimed_files_total Deleted files.
            # TYPE reclaim_reclaimed_files_total counter
            reclaim_reclaimed_files_total{policy="P"} 3
            # HELP reclaim_reclaimed_bytes_total Logical bytes of what was deleted.
            # TYPE reclaim_reclaimed_bytes_total counter
            reclaim_reclaimed_bytes_total{policy="P"} 900
            # HELP reclaim_events_total Events carried out.
            # TYPE reclaim_events_total counter
            reclaim_events_total{policy="P"} 6
            # HELP reclaim_outcome_keys_total Distinct keys and files of events, by what became of them.
            # TYPE reclaim_outcome_keys_total counter
            reclaim_outcome_keys_total{policy="P",result="deleted"} 5
            reclaim_outcome_keys_total{policy="P",result="marked"} 2
            reclaim_outcome_keys_total{policy="P",result="protected"} 1
            reclaim_outcome_keys_total{policy="P",result="held"} 0
            reclaim_outcome_keys_total{policy="P",result="refused"} 0
            reclaim_outcome_keys_total{policy="P",result="locked"} 0
            reclaim_outcome_keys_total{policy="P",result="changed"} 4
            reclaim_outcome_keys_total{policy="P",result="missing"} 0
            reclaim_outcome_keys_total{policy="P",result="failed"} 0
            reclaim_outcome_keys_total{policy="P",result="purged"} 0
            reclaim_outcome_keys_total{policy="P",result="restored"} 0
            """
                .replace("\"P\"", "\"a\\\\b\\\"c\\nd\""));
  }

  @Test
  void showsPartsByLabelsApartFromTheWhole() throws Exception {
    // Given
    String wholePage = get("metrics").body();
    String whole = get("v1/metrics").body();
    spaces.add(part("logs", MetricsWindow.ALL, Map.of("tenant", "8", "format", "")));
    spaces.add(part("logs", MetricsWindow.ALL, Map.of("tenant", "7", "format", "a\"b")));
    spaces.add(part("logs", MetricsWindow.DAY, Map.of("tenant", "7", "format", "mp4")));

    // When
    String page = get("metrics").body();

    // Then
    assertThat(get("v1/metrics").body()).isEqualTo(whole);
    assertThat(get("v1/metrics/labels?policy=logs&window=all").body())
        .containsSubsequence(
            "\"labels\":{\"format\":\"\",\"tenant\":\"8\"},\"reclaimed\":{\"rows\":7",
            "\"labels\":{\"format\":\"a\\\"b\",\"tenant\":\"7\"}")
        .doesNotContain("\"day\"");
    assertThat(get("v1/metrics/labels?window=day").body().split("\"window\"", -1)).hasSize(2);
    assertThat(page)
        .startsWith(wholePage)
        .contains(
            """
            # HELP reclaim_labelled_bytes_total Logical bytes of what was deleted, by the policy's labels.
            # TYPE reclaim_labelled_bytes_total counter
            reclaim_labelled_bytes_total{policy="logs",label_format="",label_tenant="8"} 900
            reclaim_labelled_bytes_total{policy="logs",label_format="a\\"b",label_tenant="7"} 900
            """)
        .contains(
            "reclaim_labelled_marked_total{policy=\"logs\",label_format=\"\",label_tenant=\"8\"} 2\n");
    assertThat(page.lines().filter(line -> line.startsWith("reclaim_labelled"))).hasSize(8);
  }

  @Test
  void listsItsPaths() throws Exception {
    assertThat(get("").body())
        .isEqualTo(
            "{\"paths\":[\"/livez\",\"/readyz\",\"/v1/metrics\",\"/v1/metrics/labels\",\"/v1/pace\",\"/metrics\"]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "livez/", "livez/more", "v1", "LIVEZ"})
  void knowsNoOtherPath(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void canOnlyBeRead(String method) throws Exception {
    HttpRequest request =
        request(server, "metrics").method(method, BodyPublishers.ofString("x")).build();

    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
  }

  @Test
  void answersHeadWithTheLengthAlone() throws Exception {
    HttpRequest request = request(server, "livez").method("HEAD", BodyPublishers.noBody()).build();

    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-length")).contains("17");
  }

  @Test
  void saysHowFastDatabasesAreCleanedAndWhyNotFaster() throws Exception {
    // Given
    PaceStatus slowed =
        new PaceStatus(
            "w-1",
            "main",
            PaceStatus.State.SLOWED,
            "far is behind",
            2,
            4,
            500,
            1_234,
            3,
            List.of());
    try (AdminServer other = AdminServer.start(0, checks, List::of, () -> List.of(slowed))) {
      // Then
      assertThat(get(other, "v1/pace").body())
          .isEqualTo(
              "[{\"worker\":\"w-1\",\"database\":\"main\",\"state\":\"slowed\",\"reason\":\"far is behind\",\"connections\":2,\"connectionsMax\":4,\"rowsPerTransaction\":500,\"rowsPerSecond\":1234,\"workers\":3,\"notes\":[]}]");
      assertThat(get(other, "metrics").body())
          .contains(
              "# TYPE reclaim_pace_connections gauge\nreclaim_pace_connections{database=\"main\",worker=\"w-1\"} 2\n",
              "reclaim_pace_transaction_rows{database=\"main\",worker=\"w-1\"} 500\n",
              "reclaim_pace_rows_per_second{database=\"main\",worker=\"w-1\"} 1234\n",
              "reclaim_pace_state{database=\"main\",worker=\"w-1\",state=\"slowed\"} 1\n",
              "reclaim_pace_state{database=\"main\",worker=\"w-1\",state=\"paused\"} 0\n");
    }
  }

  @Test
  void failsInWordsWhenMetricsCannotBeRead() throws Exception {
    try (AdminServer other =
        AdminServer.start(
            0,
            Map.of(),
            () -> {
              throw new IllegalStateException("secret");
            })) {
      HttpResponse<String> answer = get(other, "metrics");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("error").doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: localhost|200",
        "Host: LOCALHOST:1|200",
        "Host: 127.0.0.1:8080|200",
        "Host: [::1]:8080|200",
        "Host: evil.example|403",
        "Host: localhost.evil.example|403",
        "Host: 127.0.0.1.evil.example|403",
        "Host: 10.0.0.1|403",
        "Host:|403",
        "X: y|403",
      })
  void refusesAHostThatIsNotLoopback(String header, int status) throws Exception {
    assertThat(rawStatus(header)).isEqualTo(status);
  }

  @Test
  void saysWhichPortIsTakenAndTheMend() {
    assertThatThrownBy(() -> AdminServer.start(server.port(), Map.of(), List::of))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Port " + server.port())
        .hasMessageContaining("name another port");
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThatThrownBy(() -> AdminServer.start(70_000, Map.of(), List::of))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("70000");
  }

  @Test
  void listensOnLoopbackOnly() {
    assertThat(server.uri().toString()).isEqualTo("http://127.0.0.1:" + server.port() + "/");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(server, path);
  }

  private HttpResponse<String> get(AdminServer of, String path) throws Exception {
    return client.send(request(of, path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(AdminServer of, String path) {
    return HttpRequest.newBuilder(of.uri().resolve("/" + path)).timeout(TIMEOUT);
  }

  /** By hand, because the JDK's client does not let a Host be chosen. */
  private int rawStatus(String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      String request = "GET /livez HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }
}
