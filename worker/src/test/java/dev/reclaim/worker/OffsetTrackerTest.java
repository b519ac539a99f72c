package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
  private static final TopicPartition P0 = new TopicPartition("work", 0);
  private static final TopicPartition P1 = new TopicPartition("work", 1);

  private final OffsetTracker offsets = new OffsetTracker();

  @Test
  void commitsTheContiguousPrefixAndNothingBehindAGap() {
    // Given: 10 and 11 are records, 12 was a transaction marker, 13 to 15 are records again
    polled(P0, 10, 11, 13, 14, 15);
    assertThat(committed(P0)).isEmpty();

    // When 11 and 14 end before 10, then nothing may be committed: 10 would be lost by a crash
    settled(P0, 11, 14);
    assertThat(committed(P0)).isEmpty();
    assertThat(offsets.inFlight(P0)).isEqualTo(3);

    // When 10 ends, then the prefix reaches to the gap at 13
    settled(P0, 10);
    assertThat(committed(P0)).hasValue(12);
    assertThat(committed(P0)).as("said once").isEmpty();

    // When 13 ends, then the prefix passes 14, which had ended before
    settled(P0, 13);
    assertThat(committed(P0)).hasValue(15);

    // When the last ends, then all is committed
    settled(P0, 15);
    assertThat(committed(P0)).hasValue(16);
    assertThat(offsets.inFlight()).isZero();
  }

  @Test
  void keepsPartitionsApart() {
    polled(P0, 1);
    polled(P1, 1, 2);
    settled(P1, 1);
    assertThat(committed(P0)).isEmpty();
    assertThat(committed(P1)).hasValue(2);
    assertThat(offsets.inFlight()).isEqualTo(2);
  }

  @Test
  void countsARecordThatEndsTwiceOnce() {
    polled(P0, 1, 2);
    settled(P0, 1, 1);
    assertThat(offsets.inFlight()).isEqualTo(1);
  }

  @Test
  void commitsNothingOfAPartitionThatIsNoLongerOurs() {
    // Given
    polled(P0, 1, 2);
    polled(P1, 7);
    settled(P0, 1);

    // When
    offsets.forget(P0);

    // Then
    settled(P0, 2);
    assertThat(offsets.tracks(P0, 2)).isFalse();
    assertThat(committed(P0)).isEmpty();
    assertThat(offsets.inFlight()).as("the other partition's").isEqualTo(1);
  }

  @Test
  void takesAPartitionUpAgain() {
    polled(P0, 1, 2);
    offsets.forget(P0);
    polled(P0, 1, 2);
    settled(P0, 1, 2);
    assertThat(committed(P0)).hasValue(3);
    assertThat(offsets.inFlight()).isZero();
  }

  @Test
  void offersThePrefixAgainUntilTheBrokersKnowIt() {
    // Given a commit that failed, after which nothing more was settled
    polled(P0, 1, 2, 3);
    settled(P0, 1, 2);
    assertThat(offsets.committable(P0)).hasValue(3);

    // Then it is offered again, and once more is settled meanwhile only what was committed goes
    assertThat(offsets.committable(P0)).hasValue(3);
    settled(P0, 3);
    offsets.committed(P0, 3);
    assertThat(offsets.committable(P0)).hasValue(4);
  }

  /** What is committed now, and known to be. */
  private OptionalLong committed(TopicPartition partition) {
    OptionalLong next = offsets.committable(partition);
    next.ifPresent(offset -> offsets.committed(partition, offset));
    return next;
  }

  private void polled(TopicPartition partition, long... records) {
    LongStream.of(records).forEach(offset -> offsets.polled(partition, offset, 100));
  }

  private void settled(TopicPartition partition, long... records) {
    LongStream.of(records).forEach(offset -> offsets.settled(partition, offset));
  }
}
