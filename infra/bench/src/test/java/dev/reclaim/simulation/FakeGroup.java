package dev.reclaim.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A consumer group: who polls has a share of the partitions, who does not for a while loses it and
 * hears of that when it is too late.
 */
final class FakeGroup {
  private static final Duration SESSION = Duration.ofSeconds(10);
  private static final int COMMIT_LOST_ONE_IN = 30;

  private final Scheduler scheduler;
  private final Sabotage sabotage;
  private final GroundTruth truth;
  private final Map<TopicPartition, FakeTopic> topics = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> committed = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final Set<Member> joined = new HashSet<>();
  private boolean rebalancing;

  FakeGroup(Scheduler scheduler, Sabotage sabotage, GroundTruth truth, List<FakeTopic> topics) {
    this.scheduler = scheduler;
    this.sabotage = sabotage;
    this.truth = truth;
    for (FakeTopic topic : topics) {
      for (int i = 0; i < topic.partitions(); i++) {
        this.topics.put(new TopicPartition(topic.name, i), topic);
      }
    }
  }

  Membership join(Machine machine) {
    Member member = new Member(machine);
    members.add(member);
    rebalance();
    return member;
  }

  /** Has everybody give up what they have. */
  void rebalance() {
    rebalancing = true;
    joined.clear();
  }

  /** Has all of it read again, as after offsets were lost. */
  void rewind() {
    scheduler.story().tell("offsets are set to the beginning");
    committed.clear();
    members.forEach(member -> member.evicted = true);
    rebalance();
  }

  /** Whether all of it is settled. */
  boolean isDone() {
    for (Map.Entry<TopicPartition, FakeTopic> each : topics.entrySet()) {
      if (committedOf(each.getKey()) < each.getValue().end(each.getKey().partition())) {
        return false;
      }
    }
    return true;
  }

  private long committedOf(TopicPartition partition) {
    return committed.getOrDefault(partition, 0L);
  }

  private FakeTopic topic(TopicPartition partition) {
    return Objects.requireNonNull(topics.get(partition));
  }

  /** Who is alive and idle sends heartbeats. */
  private boolean isGone(Member member) {
    return (member.machine.isDead() || member.machine.isStopped(scheduler.nowMs()))
        && scheduler.nowMs() - member.polledMs > SESSION.toMillis();
  }

  private void evictTheSilent() {
    List<Member> silent = members.stream().filter(this::isGone).toList();
    if (!silent.isEmpty()) {
      silent.forEach(member -> member.evicted = true);
      members.removeAll(silent);
      rebalance();
    }
  }

  private void share() {
    int i = 0;
    for (TopicPartition partition : topics.keySet()) {
      members.get(i++ % members.size()).positions.put(partition, committedOf(partition));
    }
    rebalancing = false;
    joined.clear();
  }

  private final class Member implements Membership {
    private final Machine machine;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private long polledMs = scheduler.nowMs();
    private boolean evicted;

    Member(Machine machine) {
      this.machine = machine;
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(int most, Listener listener) {
      scheduler.pause();
      polledMs = scheduler.nowMs();
      evictTheSilent();
      if (evicted) {
        giveUp(listener, false);
        evicted = false;
        if (!members.contains(this)) {
          members.add(this);
        }
        rebalance();
      }
      if (rebalancing && !joined.contains(this)) {
        giveUp(listener, true);
        joined.add(this);
        if (rebalancing && joined.containsAll(members)) {
          share();
        }
      }
      return records(most);
    }

    private void giveUp(Listener listener, boolean inTime) {
      Set<TopicPartition> gone = assignment();
      if (!gone.isEmpty() && inTime) {
        listener.revoked(gone);
      } else if (!gone.isEmpty()) {
        listener.lost(gone);
      }
      positions.clear();
    }

    private List<ConsumerRecord<byte[], byte[]>> records(int most) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (Map.Entry<TopicPartition, Long> at : positions.entrySet()) {
        TopicPartition partition = at.getKey();
        List<ConsumerRecord<byte[], byte[]>> its =
            topic(partition).read(partition.partition(), at.getValue(), most - records.size());
        at.setValue(at.getValue() + its.size());
        records.addAll(its);
      }
      return records;
    }

    @Override
    public Set<TopicPartition> assignment() {
      return new LinkedHashSet<>(positions.keySet());
    }

    @Override
    public void commit(Map<TopicPartition, Long> next) {
      scheduler.pause();
      if (evicted || !members.contains(this)) {
        throw new CommitFailedException("others have the partitions");
      }
      boolean trouble = machine.isTroubled();
      if (trouble && scheduler.chance().oneIn(COMMIT_LOST_ONE_IN)) {
        throw new TimeoutException("no answer");
      }
      next.forEach(this::commit);
      if (trouble && scheduler.chance().oneIn(COMMIT_LOST_ONE_IN)) {
        throw new TimeoutException("no answer");
      }
    }

    private void commit(TopicPartition partition, long next) {
      long moved =
          sabotage.is(Sabotage.Kind.COMMIT_WHAT_WAS_POLLED)
              ? positions.getOrDefault(partition, next)
              : next;
      if (positions.containsKey(partition)) {
        committed.put(partition, moved);
        truth.moved(topic(partition), partition.partition(), moved);
      }
    }

    @Override
    public boolean hasNews() {
      if (evicted || (rebalancing && !joined.contains(this))) {
        return true;
      }
      for (Map.Entry<TopicPartition, Long> at : positions.entrySet()) {
        if (at.getValue() < topic(at.getKey()).end(at.getKey().partition())) {
          return true;
        }
      }
      return false;
    }
  }
}
