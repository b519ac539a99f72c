package dev.reclaim.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.check.ServerCheck.Traits;
import dev.reclaim.policy.Places;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Subject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCheckTest {
  @Test
  void takesTheOldestServerThatWillDo() {
    assertThat(said(140_000, false, Duration.ofSeconds(5))).isEmpty();
  }

  @Test
  void refusesAServerThatIsTooOld() {
    assertThat(said(130_014, false, Duration.ZERO))
        .containsExactly(
            "p.yaml:1:1: database \"main\": the server is PostgreSQL 13 and 14 is the oldest that will do; upgrade it");
  }

  @Test
  void refusesAReplica() {
    assertThat(said(180_000, true, Duration.ZERO))
        .containsExactly(
            "p.yaml:1:1: database \"main\": the server is a replica; name the primary");
  }

  @ParameterizedTest
  @CsvSource({"PT6S, 6 s ahead of", "PT-2H, 7200 s behind"})
  void warnsOfClocksThatAreApart(Duration ahead, String words) {
    assertThat(said(180_000, false, ahead))
        .containsExactly(
            "p.yaml:1:1: warning: database \"main\": the server's clock is %s this machine's; set both by NTP"
                .formatted(words));
  }

  private static List<String> said(int version, boolean replica, Duration ahead) {
    Report report =
        Report.below(
            new Subject(Subject.Kind.DATABASE, "main"), Places.unknown("p.yaml"), "databases.main");
    ServerCheck.check(
        new Traits(version, replica, "shop", true, true, true, "reclaim", ahead), report);
    return report.problems().stream().map(Problem::line).toList();
  }
}
