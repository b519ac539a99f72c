package dev.reclaim.worker.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When the server's log had come how far, a sample at a time: tells how old the log is that
 * somebody has still to replay.
 *
 * <p>The server's own {@code replay_lag} is measured when a replica confirms something; of one that
 * replays nothing at all it stays what it was.
 */
final class WalHistory {
  /** An hour of samples; what is older counts as an hour old. */
  private static final int MARKS_MAX = 3_600;

  private final Deque<Mark> marks = new ArrayDeque<>();

  private record Mark(double position, long nanos) {}

  /** Notes that the log ends here now. */
  void add(double position, long nanos) {
    if (!marks.isEmpty() && marks.getLast().position() >= position) {
      return;
    }
    if (marks.size() == MARKS_MAX) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(position, nanos));
  }

  /**
   * How long ago the first log was written that lies beyond the position; zero if there is none.
   */
  Duration age(double replayed, long nanos) {
    for (Mark mark : marks) {
      if (mark.position() > replayed) {
        return Duration.ofNanos(nanos - mark.nanos());
      }
    }
    return Duration.ZERO;
  }
}
