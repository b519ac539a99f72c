package dev.reclaim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BucketRightsTest {
  private static PolicyFile read(String policies) {
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          main: { url: "jdbc:postgresql://nowhere/app", user: u, password: "${P}" }
          other: { url: "jdbc:postgresql://nowhere/other", user: u, password: "${P}" }
        stores:
          clips: { s3: { bucket: clips-bucket }, state: main }
          scans: { directory: /var/scans, state: main }
        policies:
        """
            + policies,
        name -> "x");
  }

  @Test
  void asksForTheRightToWriteWhereFilesAreMovedAndNowhereElse() {
    PolicyFile file =
        read(
            """
              - { name: clips, store: clips, older-than: P7D, referenced-by: none, quarantine: P7D }
              - { name: scans, store: scans, older-than: P7D, referenced-by: none, quarantine: 3d }
            """);

    assertThat(BucketRights.of(file))
        .singleElement()
        .satisfies(
            rights -> {
              assertThat(rights.bucket()).isEqualTo("clips-bucket");
              assertThat(rights.actions()).anyMatch(it -> it.contains("s3:PutObject"));
            });
    assertThat(file.policies().get(1).quarantine()).contains(Duration.ofDays(3));
    assertThat(
            BucketRights.of(
                read("  - { name: clips, store: clips, older-than: P7D, referenced-by: none }\n")))
        .isEmpty();
  }

  @Test
  void refusesAQuarantineThatNoRunCouldEnd() {
    assertThatThrownBy(
            () ->
                read(
                    """
                      - name: jobs
                        table: other.public.jobs
                        expire: { after: P30D, by: at }
                        files: [ { column: url, store: clips } ]
                        quarantine: P7D
                    """))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "\"quarantine\" asks for a store whose \"state\" is the database of the table, other; that of clips is main");
  }
}
