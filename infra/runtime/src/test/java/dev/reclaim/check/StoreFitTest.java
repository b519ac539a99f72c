package dev.reclaim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.settings.UserException;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.testing.VersionedS3;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that ask of a bucket what it cannot do. */
class StoreFitTest {
  private final VersionedS3 server = new VersionedS3();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesAQuarantineWhereAMovedFileStaysBehindAsAVersion(boolean suspended) {
    server.versioning(true, suspended);
    PolicyFile file = policies("quarantine: P7D");

    assertThatThrownBy(() -> require(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("p.yaml:")
        .hasMessageContaining("orphans")
        .hasMessageContaining(
            "the bucket of the store renders keeps versions, and a file that is moved stays behind as one")
        .hasMessageContaining("leave \"quarantine\" out");
  }

  @Test
  void takesAQuarantineWhereTheBucketKeepsNoVersionsAndVersionsWithoutAQuarantine() {
    assertThatCode(() -> require(policies(""))).doesNotThrowAnyException();

    server.versioning(false, false);

    assertThatCode(() -> require(policies("quarantine: P7D"))).doesNotThrowAnyException();
  }

  private static void require(PolicyFile file) {
    try (ObjectStore store = ObjectStores.open("renders", file.store("renders").settings())) {
      StoreFit.require(file, List.of(store));
    }
  }

  private PolicyFile policies(String quarantine) {
    PolicyFile file =
        PolicyFileReader.read(
            "p.yaml",
            """
            databases:
              main: { url: "jdbc:postgresql://localhost/none", user: u, password: "${SECRET}" }
            stores:
              renders:
                s3: { bucket: %s, endpoint: "%s", region: us-east-1, pathStyle: true, accessKey: k, secretKey: "${SECRET}" }
                state: main
            policies:
              - name: orphans
                store: renders
                older-than: P2D
                referenced-by: none
                %s
            """
                .formatted(VersionedS3.BUCKET, server.endpoint(), quarantine),
            name -> "secret");
    assertThat(file.policies()).hasSize(1);
    return file;
  }
}
