package dev.reclaim.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What people can do to the workers' group of a site with an admin client. */
final class GroupOffsets {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String COMMITTED =
      """
      SELECT e.topic, e.record_partition, max(e.record_offset) + 1 AS next
        FROM reclaim.run_event e
        JOIN reclaim.ledger l ON l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id
       WHERE l.emitted_at IS NULL
       GROUP BY e.topic, e.record_partition
      """;

  private static final String EVENT =
      "SELECT topic, record_partition FROM reclaim.run_event WHERE run LIKE '%s/%%'";

  private final Site site;
  private final String group;

  private GroupOffsets(Site site) {
    this.site = site;
    this.group = site.kafka().topics().prefix() + "workers";
  }

  static GroupOffsets of(Site site) {
    return new GroupOffsets(site);
  }

  /** Waits until so many members have partitions. */
  void awaitMembers(int members) {
    try (Admin admin = Admin.create(site.kafka().client())) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () ->
                  description(admin).members().stream()
                          .filter(member -> !member.assignment().topicPartitions().isEmpty())
                          .count()
                      == members);
    }
  }

  private ConsumerGroupDescription description(Admin admin)
      throws ExecutionException, InterruptedException {
    return Objects.requireNonNull(
        admin.describeConsumerGroups(List.of(group)).all().get().get(group));
  }

  /** The partition of a run's only event, once the run has noted it. */
  TopicPartition awaitEvent(String policy) {
    return await().atMost(PATIENCE).until(() -> partitionOf(policy), Optional::isPresent).get();
  }

  private Optional<TopicPartition> partitionOf(String policy) throws SQLException {
    try (Connection connection = site.connect("chaos-harness");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(EVENT.formatted(policy))) {
      return rows.next()
          ? Optional.of(new TopicPartition(rows.getString(1), rows.getInt(2)))
          : Optional.empty();
    }
  }

  /**
   * Waits until the group has committed all of a topic but one partition, where more than one
   * record lies.
   */
  void awaitAllBut(TopicPartition behind) throws Exception {
    try (Admin admin = Admin.create(site.kafka().client())) {
      Map<TopicPartition, Long> ends = ends(admin, behind.topic());
      assertThat(ends.get(behind)).isGreaterThan(1);
      ends.remove(behind);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(committedOffsets(admin)).containsAllEntriesOf(ends));
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Site.WORK_PARTITIONS; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  private Map<TopicPartition, Long> committedOffsets(Admin admin) throws Exception {
    Map<TopicPartition, Long> committed = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((partition, at) -> committed.put(partition, at.offset()));
    return committed;
  }

  /** Sets the group past what is committed and was not said, as soon as its dead are missed. */
  void skipCommitted() throws SQLException {
    Map<TopicPartition, OffsetAndMetadata> past = committed();
    assertThat(past).isNotEmpty();
    try (Admin admin = Admin.create(site.kafka().client())) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                Object unused = admin.alterConsumerGroupOffsets(group, past).all().get();
              });
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws SQLException {
    Map<TopicPartition, OffsetAndMetadata> past = new HashMap<>();
    try (Connection connection = site.connect("chaos-harness");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(COMMITTED)) {
      while (rows.next()) {
        past.put(
            new TopicPartition(rows.getString("topic"), rows.getInt("record_partition")),
            new OffsetAndMetadata(rows.getLong("next")));
      }
    }
    return past;
  }
}
