package dev.reclaim.bench.chaos;

import static java.util.concurrent.TimeUnit.MINUTES;

import dev.reclaim.embedded.EmbeddedServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed at each of the places that leave something behind, and exact all the same. The lines run
 * side by side, because each waits most of its time until the dead one is missed.
 */
class CrashMatrixIT {
  private static final int AT_A_TIME = 5;

  private interface Line {
    void play(CrashCase on) throws Exception;
  }

  private static final Map<String, Line> LINES = new LinkedHashMap<>();

  static {
    LINES.put("committed, not said, the offset set past it", it -> it.workerIsSkipped("jobs"));
    LINES.put("polled, no transaction begun", it -> it.workerDies("after-poll:1"));
    LINES.put("ledger row inserted, not committed", it -> it.workerDies("after-ledger-insert:2"));
    LINES.put("rows deleted, not committed", it -> it.workerDies("after-delete:2"));
    LINES.put("all written, not committed", it -> it.workerDies("before-commit:2"));
    LINES.put("committed, not said", it -> it.workerDies("after-commit:1"));
    LINES.put("committed, the reply lost", it -> it.repliesAreLost(4));
    LINES.put("about to say it", it -> it.workerDies("before-emit:2"));
    LINES.put("said, the acknowledgement lost", it -> it.workerDies("after-emit:1"));
    LINES.put("said, the offset not committed", it -> it.workerDies("before-offset-commit:1"));
    LINES.put("intents committed, the files there", it -> it.workerDies("after-intent:1"));
    LINES.put(
        "files deleted, the store's answer lost", it -> it.workerDies("after-store-delete:1"));
    LINES.put("files deleted, not accounted for", it -> it.workerDies("before-done:1"));
    LINES.put("asleep with work that another did", it -> it.workerSleeps("after-poll:1"));
    LINES.put("asleep before saying what another said", it -> it.workerSleeps("before-emit:1"));
    LINES.put("published, the position not stored", it -> it.plannerDies("after-publish:1"));
    LINES.put("between two batches of a plan", it -> it.plannerDies("between-publishes:1"));
    LINES.put("the stream in a transaction", it -> it.streamDies("after-count:2"));
  }

  @TempDir private static Path directory;

  private static final ExecutorService SIDE_BY_SIDE = Executors.newFixedThreadPool(AT_A_TIME);
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
    Map<String, Future<?>> played = new LinkedHashMap<>();
    LINES.forEach(
        (name, line) -> {
          String site = "line-" + (played.size() + 1);
          played.put(name, SIDE_BY_SIDE.submit(() -> play(site, line)));
        });
    return played.entrySet().stream()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.getKey(),
                    () -> {
                      Object unused = line.getValue().get(5, MINUTES);
                    }));
  }

  private static Void play(String name, Line line) throws Exception {
    Path own = Files.createDirectories(directory.resolve(name));
    Site site =
        Site.create(name, servers.postgres(), servers.s3(), servers.kafka().bootstrapServers());
    try (CrashCase on = new CrashCase(site, own)) {
      Planting.plant(site);
      line.play(on);
    }
    return null;
  }
}
