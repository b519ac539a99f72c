package dev.reclaim.cli;

import dev.reclaim.planner.RunProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far several runs are, as one bar on a terminal and as a line now and then elsewhere.
 * Thread-safe.
 */
final class RunBar implements RunProgress, AutoCloseable {
  private static final long LINE_EVERY_NANOS = 5_000_000_000L;
  private static final long MINUTES_FROM_SECONDS = 120;

  private final Map<String, Long> claimed = new HashMap<>();
  private final Map<String, Double> settled = new HashMap<>();
  private final Map<String, String> left = new HashMap<>();
  private final PrintStream out;
  private final boolean terminal;
  private final ProgressBar bar;
  private long lastLine = System.nanoTime();

  RunBar() {
    this.out = System.err;
    this.terminal = Boolean.getBoolean("reclaim.terminal");
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("reclaiming")
            .setInitialMax(0)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(terminal ? new ConsoleProgressBarConsumer(out) : new Unshown())
            .showSpeed()
            .build();
  }

  @Override
  public synchronized void moved(
      String policy, Phase phase, long keys, double share, Optional<Duration> left) {
    if (phase == Phase.WAITING) {
      say(policy + " waits: another process is at it");
      return;
    }
    claimed.merge(policy, keys, Math::max);
    settled.put(policy, phase == Phase.PLANNING ? 0.0 : keys * share);
    this.left.put(policy, line(phase, share, left));
    bar.maxHint(claimed.values().stream().mapToLong(Long::longValue).sum());
    bar.stepTo((long) settled.values().stream().mapToDouble(Double::doubleValue).sum());
    bar.setExtraMessage(this.left.getOrDefault(policy, ""));
    say(
        "%,d of %,d done, %s: %s"
            .formatted(bar.getCurrent(), bar.getMax(), policy, this.left.getOrDefault(policy, "")));
  }

  static String line(Phase phase, double share, Optional<Duration> left) {
    return switch (phase) {
      case WAITING -> "waiting";
      case PLANNING -> "%d %% looked at%s".formatted((long) (100 * share), words(left));
      case DRAINING -> "all looked at" + words(left);
      case DONE -> "done";
    };
  }

  private static String words(Optional<Duration> left) {
    return left.map(
            it ->
                it.toSeconds() < MINUTES_FROM_SECONDS
                    ? ", about %d s left".formatted(it.toSeconds())
                    : ", about %d min left".formatted(it.toMinutes()))
        .orElse("");
  }

  private void say(String line) {
    if (!terminal && System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
      lastLine = System.nanoTime();
      out.println(line);
    }
  }

  @Override
  public void close() {
    bar.close();
  }

  /** For what is no terminal: the bar counts and nobody sees it. */
  private static final class Unshown implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return 80;
    }

    @Override
    public void accept(String rendered) {}

    @Override
    public void close() {}
  }
}
