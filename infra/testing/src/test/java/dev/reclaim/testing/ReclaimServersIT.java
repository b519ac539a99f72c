package dev.reclaim.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

@RequiresServers
class ReclaimServersIT {
  private final TestServers shared;

  ReclaimServersIT(TestServers shared) {
    this.shared = shared;
  }

  @Test
  void sharesTheServers(TestServers servers) throws Exception {
    assertThat(servers).isSameAs(shared);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafkaBootstrap()))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void givesEachAskerADatabaseOfItsOwn(TestDatabase first, TestDatabase second)
      throws SQLException {
    try (Connection one = first.connect();
        Connection two = second.connect()) {
      assertThat(one.getCatalog()).isNotEqualTo(two.getCatalog());
    }
  }

  @Test
  void givesEachAskerABucketOfItsOwn(TestBucket first, TestBucket second) {
    assertThat(first.name()).isNotEqualTo(second.name());
    assertThat(first.endpoint()).isEqualTo(second.endpoint());
  }

  @Test
  void plantsObjectsOfAnyAge(TestBucket bucket) {
    assertThat(bucket.plant("old", "content".getBytes(StandardCharsets.UTF_8), Instant.EPOCH))
        .startsWith("\"");
  }
}
