package dev.reclaim.worker.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.policy.TableName;
import dev.reclaim.worker.pace.ReplicaLagSignal.Lag;
import dev.reclaim.worker.pace.SlotSignal.Slot;
import dev.reclaim.worker.pace.VacuumSignal.Tuples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What numbers mean to the signals that read them from the server. */
class SignalsTest {
  private static final long GIB = 1L << 30;

  @Test
  void stopsBeyondTheLagThatIsAllowedUntilItIsBelowHalfOfIt() {
    ReplicaLagSignal signal =
        new ReplicaLagSignal(Optional.of(Duration.ofSeconds(10)), System::nanoTime);

    assertThat(pressure(signal, 5_000)).isEqualTo(Pressure.NONE);
    assertThat(pressure(signal, 5_001)).isEqualTo(Pressure.SLOW);
    assertThat(pressure(signal, 10_000)).isEqualTo(Pressure.SLOW);
    assertThat(pressure(signal, 10_001)).isEqualTo(Pressure.HALT);
    assertThat(pressure(signal, 5_001)).isEqualTo(Pressure.HALT);
    assertThat(pressure(signal, 5_000)).isEqualTo(Pressure.NONE);
    assertThat(pressure(signal, 10_000)).isEqualTo(Pressure.SLOW);
  }

  @Test
  void goesByTheSlowestReplica() {
    ReplicaLagSignal signal =
        new ReplicaLagSignal(Optional.of(Duration.ofSeconds(10)), System::nanoTime);

    assertThat(
            signal.judge(
                List.of(
                    new Lag("near", Duration.ZERO, 0),
                    new Lag("far", Duration.ofMillis(12_340), 3 << 20),
                    new Lag("middling", Duration.ofSeconds(11), 5 << 20))))
        .isEqualTo(
            new Reading(
                Pressure.HALT,
                "the lag of replicas",
                "far is 12.3 s and 3.0 MiB behind, more than maxReplicaLag allows; it goes on below half of that"));
    assertThat(signal.judge(List.of()).pressure()).as("none").isEqualTo(Pressure.NONE);
  }

  @Test
  void withoutALimitOnlyAGrowingLagSlowsDown() {
    ReplicaLagSignal signal = new ReplicaLagSignal(Optional.empty(), System::nanoTime);

    assertThat(pressure(signal, 9_000)).isEqualTo(Pressure.NONE);
    assertThat(pressure(signal, 11_000)).isEqualTo(Pressure.SLOW);
    assertThat(pressure(signal, 3_600_000)).isEqualTo(Pressure.SLOW);
    assertThat(pressure(signal, 3_600_400)).as("delayed on purpose").isEqualTo(Pressure.NONE);
  }

  @Test
  void knowsHowOldTheLogIsThatIsYetToBeReplayed() {
    WalHistory history = new WalHistory();
    history.add(100, 0);
    history.add(200, Duration.ofSeconds(1).toNanos());
    history.add(200, Duration.ofSeconds(2).toNanos());
    history.add(300, Duration.ofSeconds(3).toNanos());

    long now = Duration.ofSeconds(10).toNanos();
    assertThat(history.age(150, now)).isEqualTo(Duration.ofSeconds(9));
    assertThat(history.age(200, now)).isEqualTo(Duration.ofSeconds(7));
    assertThat(history.age(300, now)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, 95, 5, HALT",
    "true, false, 85, 15, NONE",
    "false, false, 95, 5, SLOW",
    "true, true, 10, 90, HALT",
    "false, true, 10, 90, SLOW",
    "true, false, 9, , SLOW",
    "true, false, 7, , NONE",
    "false, false, 900, , NONE",
  })
  void stopsForASlotInUseThatIsAboutToBeCutOff(
      boolean active, boolean endangered, long keptGib, Long leftGib, Pressure expected) {
    OptionalLong left = leftGib == null ? OptionalLong.empty() : OptionalLong.of(leftGib * GIB);

    assertThat(
            new SlotSignal()
                .judge(List.of(new Slot("s", active, endangered, keptGib * GIB, left)))
                .pressure())
        .isEqualTo(expected);
  }

  @Test
  void goesOnWhenTheSlotHasRoomAgain() {
    SlotSignal signal = new SlotSignal();
    assertThat(signal.judge(List.of(slot(95, 5))).pressure()).isEqualTo(Pressure.HALT);
    assertThat(signal.judge(List.of(slot(75, 25))).pressure()).isEqualTo(Pressure.HALT);
    assertThat(signal.judge(List.of(slot(69, 31))).pressure()).isEqualTo(Pressure.NONE);
    assertThat(signal.judge(List.of(slot(75, 25))).pressure()).isEqualTo(Pressure.NONE);
  }

  @Test
  void stopsBeforeTheDiskIsFullUntilThereIsRoomAgain() {
    DiskSignal signal = new DiskSignal();
    assertThat(signal.judge(2 * GIB).pressure()).isEqualTo(Pressure.NONE);
    assertThat(signal.judge(2 * GIB - 1).pressure()).isEqualTo(Pressure.SLOW);
    assertThat(signal.judge(GIB / 2 - 1).pressure()).isEqualTo(Pressure.HALT);
    assertThat(signal.judge(GIB - 1).pressure()).isEqualTo(Pressure.HALT);
    assertThat(signal.judge(GIB).pressure()).isEqualTo(Pressure.SLOW);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 9000000, 0, NONE",
    "1000, 9000000, 1, SLOW",
    "1000, 900000, 1, HOLD",
    "5000000, 5000000, 1, HOLD",
  })
  void givesAVacuumRoomWhereMostOfTheTableIsDead(
      long live, long dead, long vacuums, Pressure expected) {
    TableName table = new TableName("main", "public", "job");

    assertThat(new VacuumSignal(List::of).judge(new Tuples(table, live, dead, vacuums)).pressure())
        .isEqualTo(expected);
  }

  @Test
  void answersAtOnceToAWaitingSession() {
    LockWaitSignal signal = new LockWaitSignal("worker");
    assertThat(signal.judge(0).pressure()).isEqualTo(Pressure.NONE);
    assertThat(signal.judge(1).reason())
        .isEqualTo("1 session of the application waits for a lock of ours");
    assertThat(signal.judge(2).pressure()).isEqualTo(Pressure.AT_ONCE);
  }

  private static Slot slot(long keptGib, long leftGib) {
    return new Slot("s", true, false, keptGib * GIB, OptionalLong.of(leftGib * GIB));
  }

  private static Pressure pressure(ReplicaLagSignal signal, long lagMs) {
    return signal.judge(List.of(new Lag("replica", Duration.ofMillis(lagMs), 1))).pressure();
  }
}
