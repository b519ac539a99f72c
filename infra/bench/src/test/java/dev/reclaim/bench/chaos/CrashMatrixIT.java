package dev.reclaim.bench.chaos;

import static java.util.concurrent.TimeUnit.MINUTES;

import dev.reclaim.embedded.EmbeddedServers;
import dev.reclaim.metrics.MetricsJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed at each of the places that leave something behind, and exact all the same. Sites run side
 * by side, because each waits most of its time until the dead one is missed; the lines of a site
 * follow each other.
 */
class CrashMatrixIT {
  private static final int SITES = 5;

  private interface Play {
    void on(CrashCase site) throws Exception;
  }

  /**
   * A line of the matrix.
   *
   * @param alone whether it has a site for itself
   */
  private record Line(String name, boolean alone, Play play, CompletableFuture<Void> played) {
    Line(String name, Play play) {
      this(name, false, play, new CompletableFuture<>());
    }

    static Line alone(String name, Play play) {
      return new Line(name, true, play, new CompletableFuture<>());
    }

    void play(CrashCase on, Site site, int time) {
      try (on) {
        Planting.plant(site, time);
        play.on(on);
        played.complete(null);
      } catch (Exception | AssertionError failure) {
        played.completeExceptionally(failure);
      }
    }
  }

  private static final List<Line> LINES =
      List.of(
          Line.alone(
              "committed, not said, the offset set past it", it -> it.workerIsSkipped("jobs")),
          Line.alone("one event held up, those behind it done", it -> it.workerDiesBehind("jobs")),
          new Line("polled, no transaction begun", it -> it.workerDies("after-poll:1")),
          new Line(
              "ledger row inserted, not committed", it -> it.workerDies("after-ledger-insert:2")),
          new Line("rows deleted, not committed", it -> it.workerDies("after-delete:2")),
          new Line("all written, not committed", it -> it.workerDies("before-commit:2")),
          new Line("committed, not said", it -> it.workerDies("after-commit:1")),
          new Line("committed, the reply lost", it -> it.repliesAreLost(4)),
          new Line("about to say it", it -> it.workerDies("before-emit:2")),
          new Line("said, the acknowledgement lost", it -> it.workerDies("after-emit:1")),
          new Line("said, the offset not committed", it -> it.workerDies("before-offset-commit:1")),
          new Line("intents committed, the files there", it -> it.workerDies("after-intent:1")),
          new Line(
              "files deleted, the store's answer lost",
              it -> it.workerDies("after-store-delete:1")),
          new Line("files deleted, not accounted for", it -> it.workerDies("before-done:1")),
          new Line("asleep with work that another did", it -> it.workerSleeps("after-poll:1")),
          new Line(
              "asleep before saying what another said", it -> it.workerSleeps("before-emit:1")),
          new Line("published, the position not stored", it -> it.plannerDies("after-publish:1")),
          new Line("between two batches of a plan", it -> it.plannerDies("between-publishes:1")),
          Line.alone("the stream in a transaction", it -> it.streamDies("after-count:2")));

  @TempDir private static Path directory;

  private static final ExecutorService SIDE_BY_SIDE = Executors.newCachedThreadPool();
  private static EmbeddedServers servers;

  @BeforeAll
  static void startServers() {
    servers = EmbeddedServers.start(directory.resolve("servers"));
  }

  @AfterAll
  static void stopServers() {
    SIDE_BY_SIDE.shutdownNow();
    servers.close();
  }

  @TestFactory
  Stream<DynamicTest> lines() {
    List<Line> shared = LINES.stream().filter(line -> !line.alone()).toList();
    for (int site = 0; site < SITES; site++) {
      int first = site;
      SIDE_BY_SIDE.execute(
          () ->
              playAll(
                  "site-" + first,
                  IntStream.iterate(first, i -> i < shared.size(), i -> i + SITES)
                      .mapToObj(shared::get)
                      .toList()));
    }
    List<Line> alone = LINES.stream().filter(Line::alone).toList();
    for (Line line : alone) {
      SIDE_BY_SIDE.execute(() -> playAlone("alone-" + alone.indexOf(line), line));
    }
    return LINES.stream()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.name(),
                    () -> {
                      Object unused = line.played().get(5, MINUTES);
                    }));
  }

  private static void playAll(String name, List<Line> lines) {
    try (Site site = site(name);
        MetricsJob unused = CrashCase.metrics(site, directory.resolve(name))) {
      for (Line line : lines) {
        int time = lines.indexOf(line);
        Path own = Files.createDirectories(directory.resolve(name).resolve("line-" + time));
        line.play(CrashCase.among(site, own), site, time);
      }
    } catch (Exception e) {
      lines.forEach(line -> line.played().completeExceptionally(e));
    }
  }

  private static void playAlone(String name, Line line) {
    try {
      Site site = site(name);
      line.play(new CrashCase(site, directory.resolve(name)), site, 0);
    } catch (Exception e) {
      line.played().completeExceptionally(e);
    }
  }

  private static Site site(String name) throws Exception {
    Files.createDirectories(directory.resolve(name));
    return Site.create(name, servers.postgres(), servers.s3(), servers.kafka().bootstrapServers());
  }
}
