package dev.reclaim.crash;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A place that a process can be made to die at, for tests of what another finds then.
 *
 * <p>The environment variable {@value #VARIABLE} names one, and at which of its passings: {@code
 * after-delete:3} halts there as SIGKILL would, without a hook or a finally; {@code
 * after-poll:1:stop} stops the process there, until somebody sends it SIGCONT. Without the variable
 * a passing compares one constant.
 */
public enum CrashPoint {
  /** The worker has a record in its hands. */
  AFTER_POLL,
  /** The ledger has the event's row, in an open transaction. */
  AFTER_LEDGER_INSERT,
  /** The rows are deleted, in an open transaction. */
  AFTER_DELETE,
  /** All is written that the transaction is about. */
  BEFORE_COMMIT,
  /** The claim is carried out for good, and nobody knows. */
  AFTER_COMMIT,
  /** The intents are committed, the store was not asked. */
  AFTER_INTENT,
  /** The store has deleted, and its answer is lost. */
  AFTER_STORE_DELETE,
  /** The store's answer is known, its account not begun. */
  BEFORE_DONE,
  /** The outcome is about to be sent. */
  BEFORE_EMIT,
  /** The brokers have the outcome, and their answer is lost. */
  AFTER_EMIT,
  /** The worker is about to say how far it has come. */
  BEFORE_OFFSET_COMMIT,
  /** A batch of a plan is with the brokers, the run's position still before it. */
  AFTER_PUBLISH,
  /** The run's position is stored, more is to come. */
  BETWEEN_PUBLISHES,
  /** The stream has counted an outcome, in an open transaction. */
  AFTER_COUNT;

  /** Names the point, its passing, and {@code stop} where it is not to die. */
  public static final String VARIABLE = "RECLAIM_CRASH_AT";

  /** What a process that was killed ends with. */
  public static final int EXIT_CODE = 128 + 9;

  private static final @Nullable Order ORDER = Order.of(System.getenv(VARIABLE));

  /** Goes on, in a process of which nobody has asked anything else. */
  public void pass() {
    if (ORDER != null) {
      ORDER.passing(this);
    }
  }

  /** As it stands in the variable. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static CrashPoint named(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** What somebody has asked for. */
  record Order(CrashPoint point, int passing, boolean stop, AtomicInteger passed) {
    static @Nullable Order of(@Nullable String text) {
      if (text == null || text.isEmpty()) {
        return null;
      }
      String[] parts = text.split(":", -1);
      return new Order(
          named(parts[0]),
          parts.length > 1 ? Integer.parseInt(parts[1]) : 1,
          parts.length > 2 && parts[2].equals("stop"),
          new AtomicInteger());
    }

    void passing(CrashPoint here) {
      if (here != point || passed.incrementAndGet() != passing) {
        return;
      }
      System.err.println("ends " + here + ", passing " + passing);
      if (!stop) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
      stopHere();
    }

    private static void stopHere() {
      try {
        new ProcessBuilder("kill", "-STOP", Long.toString(ProcessHandle.current().pid()))
            .start()
            .waitFor();
      } catch (IOException e) {
        throw new IllegalStateException("cannot be stopped", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
