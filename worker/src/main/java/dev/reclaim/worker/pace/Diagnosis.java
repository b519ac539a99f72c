package dev.reclaim.worker.pace;

import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.policy.Limits;
import dev.reclaim.worker.pace.Throttle.TransactionLength;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What window and signals say together: why nothing may be deleted, or why slowly. */
final class Diagnosis {
  private static final Reading LONG_TRANSACTIONS =
      new Reading(
          Pressure.HOLD,
          "long transactions",
          "a transaction took longer than %d s".formatted(LatencySignal.LONG_MIN.toSeconds()));

  private static final Reading NOT_YET =
      new Reading(Pressure.HALT, "not yet", "the replicas have not been looked at yet");

  private final Limits limits;
  private final InstantSource clock;
  private Optional<Reading> held = Optional.empty();
  private boolean looked;
  private Reading worst = Reading.CALM;
  private Reading slowedBy = Reading.CALM;
  private List<String> notes = List.of();

  Diagnosis(Limits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Takes in what all signals said at one moment. */
  void add(List<Reading> readings, TransactionLength length) {
    looked = true;
    notes =
        readings.stream()
            .filter(reading -> reading.pressure() == Pressure.UNSEEN)
            .map(Reading::reason)
            .toList();
    worst = readings.stream().reduce(Reading.CALM, Reading::or);
    if (worst.pressure().compareTo(Pressure.SLOW) >= 0) {
      slowedBy = worst;
    } else if (length == TransactionLength.LONG) {
      slowedBy = LONG_TRANSACTIONS;
    }
  }

  /** The signals could not be read: what they said last holds on. */
  void addNone(String why) {
    looked = true;
    notes = List.of("the database could not be looked at: " + why);
  }

  /** Nobody looks any more. */
  void forget() {
    looked = false;
    worst = Reading.CALM;
  }

  /** Somebody who knows more than the signals has nothing deleted, or no longer. */
  void hold(Optional<String> reason) {
    held = reason.map(why -> new Reading(Pressure.HALT, "clocks", why));
  }

  Optional<String> held() {
    return held.map(Reading::reason);
  }

  Pressure pressure() {
    return worst.pressure();
  }

  List<String> notes() {
    return notes;
  }

  /** Why nothing may be deleted at this moment. */
  Optional<Reading> stop() {
    if (held.isPresent()) {
      return held;
    }
    Optional<Reading> closed = limits.window().flatMap(window -> closed());
    if (closed.isPresent()) {
      return closed;
    }
    if (worst.pressure() == Pressure.HALT) {
      return Optional.of(worst);
    }
    return limits.maxReplicaLag().isPresent() && !looked ? Optional.of(NOT_YET) : Optional.empty();
  }

  private Optional<Reading> closed() {
    Instant now = clock.instant();
    return limits
        .window()
        .filter(window -> !window.isOpen(now))
        .map(
            window ->
                new Reading(
                    Pressure.HALT,
                    "the window",
                    "outside the window %s, which opens at %s"
                        .formatted(window, window.opensAfter(now))));
  }

  /** What stops or slows deleting, if anything does. */
  Optional<Verdict> verdict(Throttle throttle) {
    Optional<Reading> stop = stop();
    if (stop.isPresent()) {
      return Optional.of(new Verdict(State.PAUSED, stop.get().cause(), stop.get().reason()));
    }
    if (!throttle.isSlowed()) {
      return Optional.empty();
    }
    String before = worst.cause().equals(slowedBy.cause()) ? "" : "recovering; before, ";
    return Optional.of(new Verdict(State.SLOWED, slowedBy.cause(), before + slowedBy.reason()));
  }
}
