package dev.reclaim.cli;

import dev.reclaim.worker.Restorer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many files are back: a bar on a terminal, a line now and then elsewhere. */
final class RestoreBar implements Restorer.Progress, AutoCloseable {
  private static final long LINE_EVERY_NANOS = 5_000_000_000L;

  private final @Nullable ProgressBar bar;
  private long lastLine = System.nanoTime();

  RestoreBar() {
    this.bar =
        Boolean.getBoolean("reclaim.terminal")
            ? new ProgressBarBuilder()
                .setTaskName("restoring")
                .setInitialMax(0)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .showSpeed()
                .build()
            : null;
  }

  @Override
  public void moved(long files, long all) {
    if (bar != null) {
      bar.maxHint(Math.max(all, files));
      bar.stepTo(files);
    } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
      lastLine = System.nanoTime();
      System.err.printf("%,d of %,d done%n", files, all);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
